/** A queue whose waiting items are taken in turns: among the widest groups first, then among the groups within each. */
export interface FairQueue<Item> {
  readonly size: number;
  /** @param groups the item's groups, widest first; at least one. */
  add(item: Item, groups: readonly string[]): void;
  /** Takes the oldest item of the group whose turn it is. */
  take(): Item | undefined;
  /** Removes an item that no longer waits. Returns whether it waited. */
  remove(item: Item): boolean;
  /**
   * Removes the newest item of the group that has most waiting, to make room for an item of these groups. `undefined` if those have as many
   * waiting themselves.
   */
  displace(groups: readonly string[]): Item | undefined;
}

/** A group: either of groups or, at the last level, of items. Both are in the order in which they are taken. */
interface Group<Item> {
  readonly groups: Map<string, Group<Item>>;
  readonly items: Set<Item>;
  size: number;
}

const newGroup = <Item>(): Group<Item> => ({ groups: new Map(), items: new Set(), size: 0 });

/** Every operation takes the time of one walk through the levels; `displace` also looks at the groups of each level. */
export function fairQueue<Item extends object>(): FairQueue<Item> {
  const all = newGroup<Item>();
  const groupsOf = new Map<Item, readonly string[]>();

  /** Removes what `pick` chooses in the innermost group. Groups that are empty are forgotten. */
  function removeIn(
    group: Group<Item>,
    names: readonly string[],
    pick: (items: Set<Item>) => Item | undefined,
  ): Item | undefined {
    const [name, ...inner] = names;
    const child = name === undefined ? undefined : group.groups.get(name);
    const item = child === undefined ? pick(group.items) : removeIn(child, inner, pick);
    if (item === undefined) return undefined;
    if (child === undefined) {
      group.items.delete(item);
      groupsOf.delete(item);
    } else if (child.size === 0) group.groups.delete(name as string);
    group.size -= 1;
    return item;
  }

  /** The names of the groups that `choose` picks at each level. */
  function path(choose: (group: Group<Item>) => string | undefined): readonly string[] {
    const names: string[] = [];
    for (let group: Group<Item> | undefined = all; group !== undefined; ) {
      const name = choose(group);
      if (name === undefined) break;
      names.push(name);
      group = group.groups.get(name);
    }
    return names;
  }

  function moveToEnd(names: readonly string[]): void {
    let group = all;
    for (const name of names) {
      const child = group.groups.get(name);
      if (child === undefined) return;
      group.groups.delete(name);
      group.groups.set(name, child);
      group = child;
    }
  }

  return {
    get size() {
      return all.size;
    },
    add(item, groups) {
      let group = all;
      group.size += 1;
      for (const name of groups) {
        let child = group.groups.get(name);
        if (child === undefined) {
          child = newGroup();
          group.groups.set(name, child);
        }
        child.size += 1;
        group = child;
      }
      group.items.add(item);
      groupsOf.set(item, groups);
    },
    take() {
      const names = path(({ groups }) => groups.keys().next().value);
      const item = removeIn(all, names, ([first]) => first);
      moveToEnd(names);
      return item;
    },
    remove(item) {
      const groups = groupsOf.get(item);
      return groups !== undefined && removeIn(all, groups, () => item) !== undefined;
    },
    displace(groups) {
      const names = path(largest);
      let [own, heaviest] = [all as Group<Item> | undefined, all];
      for (const [level, name] of names.entries()) {
        own = own?.groups.get(groups[level] ?? '');
        heaviest = heaviest.groups.get(name) as Group<Item>;
        if (own !== heaviest) return heaviest.size > (own?.size ?? 0) + 1 ? newest(names) : undefined;
      }
      return undefined;
    },
  };

  function newest(names: readonly string[]): Item | undefined {
    return removeIn(all, names, (items) => [...items].at(-1));
  }
}

function largest<Item>({ groups }: Group<Item>): string | undefined {
  let [found, most]: [string | undefined, number] = [undefined, 0];
  for (const [name, { size }] of groups) if (size > most) [found, most] = [name, size];
  return found;
}
