import { AndFilter, FilterParser, OrFilter, PresenceFilter } from 'ldapts';
import type { DirectoryConnection, SearchCall } from '../../directory-client/directory-connection.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { heldBackTexts, withoutReferences } from '../../directory-client/directory-search.ts';
import { domainOf } from '../../directory-client/distinguished-name.ts';
import { searchPages } from '../../directory-client/search-pages.ts';
import { type GroupSettings, keyOf, memberAttributes } from './find-groups.ts';
import { type GroupLists, type ListedGroup, type ListedGroups, listedGroups } from './listed-groups.ts';
import { openMemberships } from './memberships.ts';
import type { Directory } from './open-directory.ts';
import { groupAttributes, groupOf, primaryAttribute, primaryKey } from './searched-groups.ts';

const MOST_GROUPS = 200_000;
const MOST_MEMBERSHIPS = 10_000_000;
const LARGEST_GROUP = { bytes: 64 * 1024 * 1024, values: 500_000 };
const PAGE = { pageSize: 400, bytes: 16 * 1024 * 1024 };
/** Few, because each may have very many members. Of the bytes, no more is in memory than one of them. */
const MEMBERS_PAGE = { pageSize: 50, bytes: 1024 * 1024 * 1024 };
const PAGE_TIMEOUT_MS = 120_000;

/**
 * Lists the groups of a directory with their members, for the strategies that find groups by member. A search for each of very many people
 * would take hours, because servers read large groups whole to answer. The result is only valid for a moment.
 * @returns `undefined` if they are too many or too large, so that people must be read one by one. @throws {DirectoryFault}
 */
export async function listGroups(
  directory: Pick<Directory, 'asService'>,
  settings: GroupSettings,
): Promise<ListedGroups | undefined> {
  const { connection } = await directory.asService();
  try {
    const counting = await listCounting(connection, settings);
    return listedGroups(settings, { counting, ...(await listMembers(connection, settings)) });
  } catch (error) {
    if (error instanceof DirectoryFault && error.kind === 'too-much') return undefined;
    throw error;
  } finally {
    connection.close();
  }
}

async function listCounting(connection: DirectoryConnection, settings: GroupSettings): Promise<GroupLists['counting']> {
  const { groups, baseDn } = settings;
  const primary = primaryAttribute(settings);
  const counting = new Map<string, ListedGroup>();
  const call = callOf(PAGE, {
    base: groups.baseDn ?? baseDn,
    filter: FilterParser.parseString(groups.filter),
    attributes: [...groupAttributes(settings), ...(primary === undefined ? [] : [primary])],
  });
  await searchPages(connection, call, (entry) => {
    const key = keyOf(entry.dn);
    const primaryKeys = primary === undefined ? [] : entry.values(primary).map(primaryKey);
    counting.set(key, { key, group: groupOf(settings, entry), primaryKeys });
    if (counting.size > MOST_GROUPS) throw new DirectoryFault('too-much', `more than ${MOST_GROUPS} groups`);
  });
  return counting;
}

async function listMembers(
  connection: DirectoryConnection,
  settings: GroupSettings,
): Promise<Omit<GroupLists, 'counting'>> {
  const { groups, baseDn } = settings;
  const { memberValue, strategy } = groups;
  const attributes = memberAttributes(settings);
  const lists: string[] = [];
  const memberships = openMemberships();
  const spellings = new Map<string, string>();
  const heldBack: { readonly dn: string; readonly list: number; readonly attribute: string; readonly next: number }[] =
    [];
  const add = (list: number, members: readonly string[]): void => {
    for (const member of members) {
      memberships.add(memberValue === 'dn' ? keyOf(member) : member, list);
      if (memberValue === 'name') noteSpelling(spellings, member);
    }
    if (memberships.size > MOST_MEMBERSHIPS)
      throw new DirectoryFault('too-much', `groups: more than ${MOST_MEMBERSHIPS} members`);
  };
  const hasMembers = new OrFilter({ filters: attributes.map((attribute) => new PresenceFilter({ attribute })) });
  // The server follows every group, wherever it is, and whether or not it counts itself.
  const followsAll = strategy === 'in-chain' && memberValue === 'dn';
  const call = callOf(MEMBERS_PAGE, {
    base: followsAll ? domainOf(baseDn) : (groups.baseDn ?? baseDn),
    filter: followsAll ? hasMembers : new AndFilter({ filters: [FilterParser.parseString(groups.filter), hasMembers] }),
    attributes,
  });
  await searchPages(connection, call, (entry) => {
    const list = lists.push(keyOf(entry.dn)) - 1;
    for (const attribute of attributes) {
      add(list, entry.texts(attribute));
      const next = entry.nextRange(attribute);
      if (next !== undefined) heldBack.push({ dn: entry.dn, list, attribute, next });
    }
  });
  const limits = { ...call.limits, entries: 1 };
  for (const { list, ...from } of heldBack) {
    for await (const members of heldBackTexts(connection, { ...from, limits })) add(list, members);
  }
  return { lists, memberships, spellings };
}

function callOf(
  { pageSize, bytes }: typeof PAGE,
  call: Pick<SearchCall, 'base' | 'filter' | 'attributes'>,
): SearchCall & { readonly pageSize: number } {
  const limits = { timeoutMs: PAGE_TIMEOUT_MS, entries: pageSize, bytes, largestEntry: LARGEST_GROUP };
  return { ...call, scope: 'sub', limits, controls: [withoutReferences()], pageSize };
}

/** `''` for a name in several spellings. */
function noteSpelling(spellings: Map<string, string>, name: string): void {
  const folded = name.toLowerCase();
  const known = spellings.get(folded);
  if (known === undefined) spellings.set(folded, name);
  else if (known !== name) spellings.set(folded, '');
}
