import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { type DirectoryGroup, findGroups, type GroupSettings, type GroupSource, keyOf } from './find-groups.ts';
import type { Memberships } from './memberships.ts';
import { primaryKey, primaryValue } from './searched-groups.ts';

export interface ListedGroup {
  /** See {@link keyOf}. */
  readonly key: string;
  readonly group: DirectoryGroup | undefined;
  /** What people name who have it as their primary group. */
  readonly primaryKeys: readonly string[];
}

/** What all groups of a directory say. */
export interface GroupLists {
  /** The groups that count, by key. */
  readonly counting: ReadonlyMap<string, ListedGroup>;
  /** The keys of entries that list members, by number. */
  readonly lists: readonly string[];
  readonly memberships: Memberships;
  /** Members that are listed by name: their spelling by the name in lower case; `''` if there are several. */
  readonly spellings: ReadonlyMap<string, string>;
}

/** The groups of people, by lists of all groups. */
export interface ListedGroups {
  /** The groups of a person, as a sign-in would find them; `undefined` if the lists leave a doubt. @throws {DirectoryFault} */
  of(person: DirectoryEntry): Promise<readonly DirectoryGroup[] | undefined>;
}

/** Results that are kept for the next person in the same groups. */
const MOST_KEPT = 10_000;

export function listedGroups(settings: GroupSettings, listed: GroupLists): ListedGroups {
  const { memberships, spellings } = listed;
  const source = sourceOf(settings, listed);
  const kept = new Map<string, readonly DirectoryGroup[]>();
  return {
    async of(person) {
      const member = memberOf(settings, person);
      const spelling = settings.groups.memberValue === 'name' && spellings.get(member?.toLowerCase() ?? '');
      // Only the server knows whether it takes both for one.
      if (typeof spelling === 'string' && spelling !== member) return undefined;
      const primary = primaryValue(settings, person);
      const lists = member === undefined ? [] : memberships.groupsOf(member);
      const key = `${lists.join()} ${primary === undefined ? '' : primaryKey(primary)}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const found = await findGroups(settings, source, person);
      if (kept.size < MOST_KEPT) kept.set(key, found);
      return found;
    },
  };
}

/** How lists of members name a person. */
function memberOf({ groups, users }: GroupSettings, person: DirectoryEntry): string | undefined {
  return groups.memberValue === 'dn' ? keyOf(person.dn) : person.texts(users.loginAttributes[0] ?? '')[0];
}

function sourceOf(settings: GroupSettings, { counting, lists, memberships }: GroupLists): GroupSource<ListedGroup> {
  const followsAll = settings.groups.strategy === 'in-chain' && settings.groups.memberValue === 'dn';
  const byPrimary = new Map<string, ListedGroup[]>();
  for (const group of counting.values()) {
    for (const key of group.primaryKeys) byPrimary.set(key, [...(byPrimary.get(key) ?? []), group]);
  }
  /** The groups that list a member; those above them too, if the server would follow them. */
  const groupsOf = (member: string | undefined): readonly ListedGroup[] => {
    const reached = new Set(member === undefined ? [] : memberships.groupsOf(member));
    // A set grows while it is walked.
    if (followsAll)
      for (const list of reached) for (const next of memberships.groupsOf(lists[list] ?? '')) reached.add(next);
    return [...reached].flatMap((list) => counting.get(lists[list] ?? '') ?? []);
  };
  return {
    primary: async (person) => {
      const value = primaryValue(settings, person);
      return value === undefined ? [] : (byPrimary.get(primaryKey(value)) ?? []);
    },
    ofPerson: async (person) => groupsOf(memberOf(settings, person)),
    above: async (groups) => groups.flatMap(({ key }) => groupsOf(key)),
    keyOf: ({ key }) => key,
    groupOf: ({ group }) => group,
  };
}
