import type { Connector } from '../../../identity/documents/connector.ts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { type DirectoryGroup, findGroups, keyOf } from './find-groups.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { listGroups } from './list-groups.ts';
import type { ListedGroups } from './listed-groups.ts';
import type { Directory } from './open-directory.ts';
import type { PersonReading } from './read-person.ts';
import { primaryKey, primaryValue, readGroupEntry, searchedGroups } from './searched-groups.ts';

/** Results that are kept for the next person in the same groups. */
const MOST_KEPT = 10_000;
/** People who are read one by one, before the groups of a whole directory are listed. */
const FEW = 100;

/** The groups of very many people. Only valid for a moment. */
export interface GroupsOfMany {
  /** Whether anything depends on groups. If not, they need not be read. */
  readonly areNeeded: boolean;
  /** The groups of a person, as a sign-in would find them; `undefined` if only that can tell. @throws {DirectoryFault} */
  of(person: DirectoryEntry): Promise<readonly DirectoryGroup[] | undefined>;
}

/** Finds the groups of very many people, without searches for each of them. */
export function groupsOfMany(
  { connector: { settings, rules }, pool }: PersonReading,
  { directory, limits }: { readonly directory: Pick<Directory, 'asService'>; readonly limits: RequestLimits },
): GroupsOfMany {
  const { strategy } = settings.groups;
  const areNeeded = strategy !== 'none' && dependOnGroups(rules);
  if (strategy === 'member-of') return { areNeeded, of: byMemberOf({ settings, pool, limits }) };
  let listed: Promise<ListedGroups | undefined> | undefined;
  return {
    areNeeded,
    async of(person) {
      listed ??= listGroups(directory, settings);
      return await (await listed)?.of(person);
    },
  };
}

/** For a list that has probably few people: the first of them are left to be read one by one. */
export function fewFirst(groups: GroupsOfMany): GroupsOfMany {
  let left = FEW;
  return {
    areNeeded: groups.areNeeded,
    async of(person) {
      left -= 1;
      return left < 0 ? await groups.of(person) : undefined;
    },
  };
}

/** Whether the rules of a connector look at groups. A rule that only mentions the word may, too. */
export function dependOnGroups({ groups, ...others }: Connector['rules']): boolean {
  return groups.map.length > 0 || /group/i.test(JSON.stringify(others));
}

interface Reading extends Pick<PersonReading, 'pool'> {
  readonly settings: OpenLdapSettings;
  readonly limits: RequestLimits;
}

/** By the names of groups in people's entries. Each group is read once. */
function byMemberOf({ settings, pool, limits }: Reading): GroupsOfMany['of'] {
  const groups = new Map<string, Promise<DirectoryEntry | undefined>>();
  const kept = new Map<string, readonly DirectoryGroup[]>();
  const find = (person: DirectoryEntry): Promise<readonly DirectoryGroup[]> =>
    pool.with(async ({ connection }) => {
      const search = { connection, settings, limits };
      const readGroup = (dn: string) => {
        const read = groups.get(keyOf(dn)) ?? readGroupEntry(search, dn);
        groups.set(keyOf(dn), read);
        return read;
      };
      return await findGroups(settings, searchedGroups(search, readGroup), person);
    });
  return async (person) => {
    // A list that the server has cut off does not say which groups they are.
    if (person.nextRange('memberOf') !== undefined) return await find(person);
    const primary = primaryValue(settings, person);
    const key = [primary === undefined ? '' : primaryKey(primary), ...person.texts('memberOf')].join('\n');
    const found = kept.get(key) ?? (await find(person));
    if (kept.size < MOST_KEPT) kept.set(key, found);
    return found;
  };
}
