import { AndFilter, EqualityFilter, ExtensibleFilter, type Filter, FilterParser, OrFilter } from 'ldapts';
import type { DirectoryConnection, RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { allTexts, readEntry, searchAll, withoutReferences } from '../../directory-client/directory-search.ts';
import { isWithin } from '../../directory-client/distinguished-name.ts';
import { primaryGroupSid } from '../../directory-client/security-identifier.ts';
import {
  type DirectoryGroup,
  type GroupSettings,
  type GroupSource,
  keyOf,
  MOST_GROUPS,
  memberAttributes,
} from './find-groups.ts';
import { subjectOf } from './subject-of.ts';

/** LDAP_MATCHING_RULE_IN_CHAIN ([MS-ADTS] §3.1.1.3.4.4.3). */
const IN_CHAIN = '1.2.840.113556.1.4.1941';
/** How many groups one search asks for the groups above them. */
const BATCH = 50;

export interface GroupSearch {
  readonly connection: DirectoryConnection;
  readonly settings: GroupSettings;
  readonly limits: RequestLimits;
}

/** Looks groups up by searches. */
export function searchedGroups(
  search: GroupSearch,
  readGroup: (dn: string) => Promise<DirectoryEntry | undefined> = (dn) => readGroupEntry(search, dn),
): GroupSource<DirectoryEntry> {
  const { settings } = search;
  const above = (members: readonly DirectoryEntry[]): Promise<readonly DirectoryEntry[]> =>
    settings.groups.strategy === 'member-of'
      ? groupsNamed(search, members, readGroup)
      : groupsWithMembers(search, members);
  return {
    primary: (person) => primaryGroups(search, person),
    ofPerson: (person) => above([person]),
    above,
    keyOf: ({ dn }) => keyOf(dn),
    groupOf: (entry) => groupOf(settings, entry),
  };
}

/** The group of an entry; `undefined` if it has no name. */
export function groupOf({ users, groups }: GroupSettings, entry: DirectoryEntry): DirectoryGroup | undefined {
  const [name] = entry.texts(groups.nameAttribute);
  if (name === undefined) return undefined;
  return { dn: keyOf(entry.dn), name, id: subjectOf(entry, users.subjectAttribute, users.subjectFormat) };
}

/** Only what is needed of a group: its list of members may be huge. */
export function groupAttributes({ groups, users }: GroupSettings): readonly [string, ...string[]] {
  const { nameAttribute, strategy } = groups;
  return [nameAttribute, users.subjectAttribute, ...(strategy === 'member-of' ? ['memberOf'] : [])];
}

/** Reads a group that an entry names in `memberOf`. @throws {DirectoryFault} */
export async function readGroupEntry(
  { connection, settings, limits }: GroupSearch,
  dn: string,
): Promise<DirectoryEntry | undefined> {
  const filter = FilterParser.parseString(settings.groups.filter);
  return await readEntry(connection, dn, { attributes: groupAttributes(settings), limits, filter });
}

async function groupsWithMembers(
  search: GroupSearch,
  members: readonly DirectoryEntry[],
): Promise<readonly DirectoryEntry[]> {
  const found: DirectoryEntry[] = [];
  for (let start = 0; start < members.length; start += BATCH) {
    const filters = members.slice(start, start + BATCH).flatMap((member) => memberFilters(search.settings, member));
    if (filters.length > 0) found.push(...(await groupsMatching(search, new OrFilter({ filters }))));
  }
  return found;
}

function memberFilters(settings: GroupSettings, member: DirectoryEntry): readonly Filter[] {
  const { memberValue, strategy } = settings.groups;
  const value = memberValue === 'name' ? member.texts(settings.users.loginAttributes[0] ?? '')[0] : member.dn;
  if (value === undefined) return [];
  return memberAttributes(settings).map((attribute) =>
    memberValue === 'dn' && strategy === 'in-chain'
      ? new ExtensibleFilter({ matchType: attribute, rule: IN_CHAIN, value })
      : new EqualityFilter({ attribute, value }),
  );
}

async function groupsMatching(
  { connection, settings, limits }: GroupSearch,
  filter: Filter,
): Promise<readonly DirectoryEntry[]> {
  return await searchAll(connection, {
    base: settings.groups.baseDn ?? settings.baseDn,
    scope: 'sub',
    filter: new AndFilter({ filters: [FilterParser.parseString(settings.groups.filter), filter] }),
    attributes: groupAttributes(settings),
    limits: { ...limits, entries: MOST_GROUPS },
    controls: [withoutReferences()],
  });
}

/** Reads the groups that entries name in `memberOf`, as far as they are below the base. */
async function groupsNamed(
  { connection, settings, limits }: GroupSearch,
  members: readonly DirectoryEntry[],
  readGroup: (dn: string) => Promise<DirectoryEntry | undefined>,
): Promise<readonly DirectoryEntry[]> {
  const base = settings.groups.baseDn ?? settings.baseDn;
  const names = new Map<string, string>();
  for (const member of members) {
    const texts = await allTexts(connection, member, { attribute: 'memberOf', limits, most: MOST_GROUPS });
    for (const dn of texts.filter((text) => isWithin(text, base))) names.set(keyOf(dn), dn);
  }
  if (names.size > MOST_GROUPS) throw new DirectoryFault('too-much', `groups: more than ${MOST_GROUPS}`);
  const found: DirectoryEntry[] = [];
  for (const dn of names.values()) {
    const entry = await readGroup(dn);
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

async function primaryGroups(search: GroupSearch, person: DirectoryEntry): Promise<readonly DirectoryEntry[]> {
  const attribute = primaryAttribute(search.settings);
  const value = primaryValue(search.settings, person);
  if (attribute === undefined || value === undefined) return [];
  return await groupsMatching(search, new EqualityFilter({ attribute, value }));
}

/** The attribute of groups that persons name as their primary one. */
export function primaryAttribute({ groups }: GroupSettings): 'gidNumber' | 'objectSid' | undefined {
  if (groups.primary === undefined) return undefined;
  return groups.primary === 'gidNumber' ? 'gidNumber' : 'objectSid';
}

/** Its value at the primary group of a person. */
export function primaryValue({ groups }: GroupSettings, person: DirectoryEntry): string | Buffer | undefined {
  if (groups.primary === undefined) return undefined;
  const [value] = person.texts(groups.primary);
  if (value === undefined || groups.primary === 'gidNumber') return value;
  const [personSid] = person.values('objectSid');
  return personSid && primaryGroupSid(personSid, value);
}

/** That value as text. */
export function primaryKey(value: string | Buffer): string {
  return Buffer.from(value).toString('hex');
}
