/** A way to group items, and how many items of one group pass individually within a window. */
export interface BudgetLevel<Item> {
  readonly groupOf: (item: Item) => string;
  readonly most: number;
}

/** Lets a bounded number of items through individually and counts the rest. */
export interface RepeatBudget<Item> {
  /**
   * Returns whether the item may pass now, in which case the caller emits it. Otherwise it is counted and later emitted with others.
   * @param count How many items this one already stands for. Default: 1.
   */
  take(item: Item, count?: number): boolean;
  /** Emits everything counted so far. */
  flush(): void;
}

export interface RepeatBudgetOptions<Item> {
  /** From the narrowest group to the widest. The last one bounds the total. */
  readonly levels: readonly BudgetLevel<Item>[];
  /** Receives the newest of the counted items, and how many items it stands for. */
  readonly emit: (item: Item, count: number) => void;
  /** In ms. */
  readonly windowMs?: number;
}

interface Window<Item> {
  passed: number;
  held: number;
  newest: Item | undefined;
}

const WINDOW_MS = 60_000;
/** Maximum number of groups tracked per level. Items of further groups only count at the wider levels. */
const MAX_GROUPS = 10_000;

/**
 * Bounds how much outsiders can write to the audit log, whatever they vary. Within a window, each group at each level lets `most`
 * items pass; the rest of the group becomes one item with a count when the window ends. That item in turn needs room at the wider
 * levels, so many addresses together are bounded just like a single one. No count is lost.
 */
export function repeatBudget<Item>({
  levels,
  emit,
  windowMs = WINDOW_MS,
}: RepeatBudgetOptions<Item>): RepeatBudget<Item> {
  const windows = levels.map(() => new Map<string, Window<Item>>());

  function windowOf(level: number, group: string): Window<Item> | undefined {
    const open = windows[level] as Map<string, Window<Item>>;
    const known = open.get(group);
    if (known !== undefined || open.size >= MAX_GROUPS) return known;
    const opened: Window<Item> = { passed: 0, held: 0, newest: undefined };
    open.set(group, opened);
    setTimeout(close, windowMs, level, group).unref();
    return opened;
  }

  function close(level: number, group: string): void {
    const open = windows[level] as Map<string, Window<Item>>;
    const window = open.get(group);
    open.delete(group);
    if (window?.newest === undefined) return;
    if (passes(window.newest, window.held, level + 1)) emit(window.newest, window.held);
  }

  function passes(item: Item, count: number, from: number): boolean {
    for (let level = from; level < levels.length; level++) {
      const { groupOf, most } = levels[level] as BudgetLevel<Item>;
      const window = windowOf(level, groupOf(item));
      if (window === undefined) continue;
      if (window.passed >= most) {
        window.held += count;
        window.newest = item;
        return false;
      }
      window.passed++;
    }
    return true;
  }

  return {
    take: (item, count = 1) => passes(item, count, 0),
    flush() {
      for (const [level, open] of windows.entries()) for (const group of [...open.keys()]) close(level, group);
    },
  };
}
