/** How long repeats are folded into one, in ms. */
const WINDOW = 1000;
/** Windows that are open at once, at most; beyond, each item stands for itself again. */
const MOST_WINDOWS = 10_000;

/** Lets the first of a kind through at once, and makes one of all that follow within a second. */
export interface RepeatFolder<Item> {
  /** @param kind What makes two items repeats of each other. */
  note(kind: string, item: Item): void;
  /** Lets through what was counted and not yet told. */
  flush(): void;
}

/**
 * Folds what strangers or machines can cause thousands of times a second, so that neither the record nor the disk is filled by it
 * and yet nothing goes untold.
 * @param emit Is given the newest item of a kind and how many it stands for.
 * @param windowMs How long repeats are folded into one; default: a second.
 */
export function foldRepeats<Item>(emit: (item: Item, count: number) => void, windowMs = WINDOW): RepeatFolder<Item> {
  const windows = new Map<string, { newest: Item; count: number }>();
  const close = (kind: string): void => {
    const window = windows.get(kind);
    windows.delete(kind);
    if (window !== undefined && window.count > 0) emit(window.newest, window.count);
  };
  return {
    note(kind, item) {
      const window = windows.get(kind);
      if (window !== undefined) {
        window.newest = item;
        window.count++;
        return;
      }
      emit(item, 1);
      if (windows.size >= MOST_WINDOWS) return;
      windows.set(kind, { newest: item, count: 0 });
      setTimeout(close, windowMs, kind).unref();
    },
    flush() {
      for (const kind of [...windows.keys()]) close(kind);
    },
  };
}
