/** Who is a member of which groups, compactly: a directory may have millions of memberships. */
export interface Memberships {
  readonly size: number;
  /** @param group see {@link Memberships.groupsOf}. */
  add(member: string, group: number): void;
  /** The numbers of the groups that list the member. */
  groupsOf(member: string): readonly number[];
}

const FIRST_CAPACITY = 1024;

/** Lists of group numbers, one for each member, which share two arrays. */
export function openMemberships(): Memberships {
  /** The last place of each member's list. Place 0 is the end of every list. */
  const lastOf = new Map<string, number>();
  let groups = new Int32Array(FIRST_CAPACITY);
  let before = new Int32Array(FIRST_CAPACITY);
  let size = 0;
  const grown = (array: Int32Array): Int32Array<ArrayBuffer> => {
    const larger = new Int32Array(array.length * 2);
    larger.set(array);
    return larger;
  };
  return {
    get size() {
      return size;
    },
    add(member, group) {
      size += 1;
      if (size === groups.length) [groups, before] = [grown(groups), grown(before)];
      groups[size] = group;
      before[size] = lastOf.get(member) ?? 0;
      lastOf.set(member, size);
    },
    groupsOf(member) {
      const found: number[] = [];
      for (let place = lastOf.get(member) ?? 0; place !== 0; place = before[place] ?? 0) found.push(groups[place] ?? 0);
      return found;
    },
  };
}
