import { AndFilter, EqualityFilter, ExtensibleFilter, type Filter, FilterParser, OrFilter } from 'ldapts';
import type { DirectoryConnection, RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { allTexts, readEntry, searchAll, withoutReferences } from '../../directory-client/directory-search.ts';
import { canonicalDn, isWithin } from '../../directory-client/distinguished-name.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { primaryGroupSid } from './security-identifier.ts';
import { subjectOf } from './subject-of.ts';

/** LDAP_MATCHING_RULE_IN_CHAIN ([MS-ADTS] §3.1.1.3.4.4.3). */
const IN_CHAIN = '1.2.840.113556.1.4.1941';
/** A person in more groups, or in groups nested deeper, is refused rather than given a part of them. */
const MOST_GROUPS = 2000;
const DEEPEST = 20;
/** How many groups one search asks for the groups above them. */
const BATCH = 50;

export interface DirectoryGroup {
  /** In one spelling; see {@link canonicalDn}. */
  readonly dn: string;
  readonly name: string;
  /** Identifies the group for good. */
  readonly id: string | undefined;
}

export interface GroupSearch {
  readonly connection: DirectoryConnection;
  readonly settings: Pick<OpenLdapSettings, 'baseDn' | 'users' | 'groups'>;
  readonly limits: RequestLimits;
}

/**
 * The groups of a person, by the strategy of the settings; `undefined` if groups are not read. All of them, or a fault: a time limit is not
 * "no groups". @throws {DirectoryFault}
 */
export async function findGroups(
  search: GroupSearch,
  person: DirectoryEntry,
): Promise<readonly DirectoryGroup[] | undefined> {
  const { strategy, nested, memberValue } = search.settings.groups;
  // A name in a list of members is that of a person. A group of the same name must not give its members what the person has.
  const isNested = nested && (strategy === 'member-of' || memberValue === 'dn');
  if (strategy === 'none') return undefined;
  const found = new Map<string, DirectoryEntry>();
  const add = (entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] => {
    const fresh = entries.filter(({ dn }) => !found.has(keyOf(dn)));
    for (const entry of fresh) found.set(keyOf(entry.dn), entry);
    if (found.size > MOST_GROUPS) throw new DirectoryFault('too-much', `groups: more than ${MOST_GROUPS}`);
    return fresh;
  };
  const primary = add(await primaryGroups(search, person));
  let last = [...primary, ...add(await groupsAbove(search, [person]))];
  // The server has followed the person's nested groups, but not those of the primary group.
  if (strategy === 'in-chain' && memberValue === 'dn') last = add(await groupsAbove(search, primary)).slice(0, 0);
  for (let depth = 0; isNested && last.length > 0; depth += 1) {
    if (depth === DEEPEST) throw new DirectoryFault('too-much', `groups: nested more than ${DEEPEST} deep`);
    last = [...add(await groupsAbove(search, last))];
  }
  return [...found.values()].flatMap((entry) => groupOf(search.settings, entry));
}

function keyOf(dn: string): string {
  return canonicalDn(dn) ?? dn;
}

function groupOf({ users, groups }: GroupSearch['settings'], entry: DirectoryEntry): readonly DirectoryGroup[] {
  const [name] = entry.texts(groups.nameAttribute);
  if (name === undefined) return [];
  return [{ dn: keyOf(entry.dn), name, id: subjectOf(entry, users.subjectAttribute, users.subjectFormat) }];
}

/** The groups that these entries are members of. */
async function groupsAbove(
  search: GroupSearch,
  members: readonly DirectoryEntry[],
): Promise<readonly DirectoryEntry[]> {
  if (search.settings.groups.strategy === 'member-of') return await groupsNamed(search, members);
  const found: DirectoryEntry[] = [];
  for (let start = 0; start < members.length; start += BATCH) {
    const filters = members
      .slice(start, start + BATCH)
      .flatMap((member) => memberFilter(search.settings, member) ?? []);
    if (filters.length > 0) found.push(...(await groupsMatching(search, new OrFilter({ filters }))));
  }
  return found;
}

function memberFilter({ groups, users }: GroupSearch['settings'], member: DirectoryEntry): Filter | undefined {
  const { memberAttribute, memberValue, strategy } = groups;
  if (memberValue === 'name') {
    const [value] = member.texts(users.loginAttributes[0] ?? '');
    return value === undefined ? undefined : new EqualityFilter({ attribute: memberAttribute, value });
  }
  if (strategy !== 'in-chain') return new EqualityFilter({ attribute: memberAttribute, value: member.dn });
  return new ExtensibleFilter({ matchType: memberAttribute, rule: IN_CHAIN, value: member.dn });
}

/** Only what is needed of a group: its list of members may be huge. */
function groupAttributes({ groups, users }: GroupSearch['settings']): readonly [string, ...string[]] {
  const { nameAttribute, strategy } = groups;
  return [nameAttribute, users.subjectAttribute, ...(strategy === 'member-of' ? ['memberOf'] : [])];
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
  search: GroupSearch,
  members: readonly DirectoryEntry[],
): Promise<readonly DirectoryEntry[]> {
  const { connection, settings, limits } = search;
  const base = settings.groups.baseDn ?? settings.baseDn;
  const names = new Map<string, string>();
  for (const member of members) {
    const texts = await allTexts(connection, member, { attribute: 'memberOf', limits, most: MOST_GROUPS });
    for (const dn of texts.filter((text) => isWithin(text, base))) names.set(keyOf(dn), dn);
  }
  if (names.size > MOST_GROUPS) throw new DirectoryFault('too-much', `groups: more than ${MOST_GROUPS}`);
  const found: DirectoryEntry[] = [];
  const filter = FilterParser.parseString(settings.groups.filter);
  for (const dn of names.values()) {
    const entry = await readEntry(connection, dn, { attributes: groupAttributes(settings), limits, filter });
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

async function primaryGroups(search: GroupSearch, person: DirectoryEntry): Promise<readonly DirectoryEntry[]> {
  const { primary } = search.settings.groups;
  if (primary === undefined) return [];
  const [value] = person.texts(primary);
  if (value === undefined) return [];
  if (primary === 'gidNumber') {
    return await groupsMatching(search, new EqualityFilter({ attribute: 'gidNumber', value }));
  }
  const [personSid] = person.values('objectSid');
  const sid = personSid && primaryGroupSid(personSid, value);
  return sid === undefined
    ? []
    : await groupsMatching(search, new EqualityFilter({ attribute: 'objectSid', value: sid }));
}
