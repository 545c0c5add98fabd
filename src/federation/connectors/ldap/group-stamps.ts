import { createHash } from 'node:crypto';
import { type Filter, FilterParser, OrFilter, PresenceFilter } from 'ldapts';
import { type ChangeMark, STAMPS } from '../../directory-changes/change-mark.ts';
import { isCsn } from '../../directory-changes/csn.ts';
import type { DirectoryConnection } from '../../directory-client/directory-connection.ts';
import { withoutReferences } from '../../directory-client/directory-search.ts';
import { domainOf } from '../../directory-client/distinguished-name.ts';
import { searchPages } from '../../directory-client/search-pages.ts';
import type { GroupsMark } from '../directory-connector.ts';
import { keyOf, memberAttributes } from './find-groups.ts';
import { dependOnGroups } from './groups-of-many.ts';
import type { PersonReading } from './read-person.ts';

const PAGE_SIZE = 400;
const PAGE_LIMITS = { timeoutMs: 30_000, entries: PAGE_SIZE, bytes: 16 * 1024 * 1024 };
const DIGEST_LENGTH = 32;

type Scope = 'none' | 'counting' | 'all';

/**
 * Which groups may change who people are here. Membership is no change of a person's entry. A filter or a rule on `memberOf` may mean groups
 * that do not count themselves, and Active Directory follows chains through such groups.
 */
function scopeOf({ settings, rules }: PersonReading['connector']): Scope {
  const { users, groups } = settings;
  if (/memberof/i.test(users.filter + JSON.stringify(rules))) return 'all';
  if (groups.strategy === 'none' || !dependOnGroups(rules)) return 'none';
  return groups.strategy === 'in-chain' ? 'all' : 'counting';
}

/**
 * Reads what the groups look like, without their members. A changed stamp, a new group and a missing one all give another digest.
 * @returns `none` if nothing depends on groups; `undefined` if a group has no stamp that may be read. @throws {DirectoryFault}
 */
export async function readGroupStamps(
  connection: DirectoryConnection,
  connector: PersonReading['connector'],
  by: ChangeMark['by'],
): Promise<{ readonly digest: string; readonly isExact: boolean } | 'none' | undefined> {
  const scope = scopeOf(connector);
  if (scope === 'none') return 'none';
  const { settings } = connector;
  const { groups, baseDn } = settings;
  const counting = FilterParser.parseString(groups.filter);
  const hasMembers = memberAttributes(settings).map((attribute) => new PresenceFilter({ attribute }));
  const filter: Filter = scope === 'all' ? new OrFilter({ filters: [counting, ...hasMembers] }) : counting;
  const all = Buffer.alloc(DIGEST_LENGTH);
  let areAll = true;
  let isExact = true;
  const call = {
    base: scope === 'all' ? domainOf(baseDn) : (groups.baseDn ?? baseDn),
    scope: 'sub',
    filter,
    // More exact than whole seconds, if the server has it.
    attributes: by === 'time' ? [STAMPS.time, STAMPS.csn] : [STAMPS[by]],
    limits: PAGE_LIMITS,
    controls: [withoutReferences()],
    pageSize: PAGE_SIZE,
  } as const;
  await searchPages(connection, { ...call, attributes: call.attributes as [string, ...string[]] }, (entry) => {
    const csn = by === 'time' ? entry.texts(STAMPS.csn).find(isCsn) : undefined;
    const [stamp] = csn === undefined ? entry.texts(STAMPS[by]) : [csn];
    if (stamp === undefined) areAll = false;
    if (by === 'time' && csn === undefined) isExact = false;
    const digest = createHash('sha256')
      .update(`${keyOf(entry.dn)}\n${stamp}`)
      .digest();
    // Directories have no order.
    for (let index = 0; index < DIGEST_LENGTH; index += 1) all[index] = (all[index] ?? 0) ^ (digest[index] ?? 0);
  });
  return areAll ? { digest: all.toString('base64'), isExact } : undefined;
}

/** The mark to keep, after a list whose own mark was `last`. */
export function groupsMark(
  { digest, isExact }: { readonly digest: string; readonly isExact: boolean },
  last: GroupsMark | undefined,
): GroupsMark {
  return { digest, isSettled: isExact || last?.digest === digest };
}
