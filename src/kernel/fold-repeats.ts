/** The period over which repeats are folded into one, in ms. */
const WINDOW = 1000;
/** Maximum number of open windows. Beyond it, items of new kinds are emitted one by one. */
const MAX_WINDOWS = 10_000;

/** Emits the first item of a kind immediately, and folds those that follow within the window into one. */
export interface RepeatFolder<Item> {
  /** @param kind What makes two items repeats of each other. */
  add(kind: string, item: Item): void;
  /** Emits everything counted so far. */
  flush(): void;
}

/**
 * Folds repeats of items that outsiders can cause thousands of times a second. This keeps them from filling the audit log and the
 * disk, and still counts every one.
 * @param emit Receives the newest item of a kind, and how many items it stands for.
 * @param windowMs The period over which repeats are folded into one. Default: one second.
 */
export function foldRepeats<Item>(emit: (item: Item, count: number) => void, windowMs = WINDOW): RepeatFolder<Item> {
  const windows = new Map<string, { newest: Item; count: number }>();
  const close = (kind: string): void => {
    const window = windows.get(kind);
    windows.delete(kind);
    if (window !== undefined && window.count > 0) emit(window.newest, window.count);
  };
  return {
    add(kind, item) {
      const window = windows.get(kind);
      if (window !== undefined) {
        window.newest = item;
        window.count++;
        return;
      }
      emit(item, 1);
      if (windows.size >= MAX_WINDOWS) return;
      windows.set(kind, { newest: item, count: 0 });
      setTimeout(close, windowMs, kind).unref();
    },
    flush() {
      for (const kind of [...windows.keys()]) close(kind);
    },
  };
}
