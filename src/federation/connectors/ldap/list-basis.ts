import { AndFilter, type Filter, GreaterThanEqualsFilter, OrFilter } from 'ldapts';
import { type ChangeMark, changesSince, STAMPS } from '../../directory-changes/change-mark.ts';
import { readMark } from '../../directory-changes/read-mark.ts';
import { openSeenStamps } from '../../directory-changes/seen-stamps.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import type { GroupsMark, ListCall, ListKind, ListMark } from '../directory-connector.ts';
import { ACCOUNT_RULES } from './account-state.ts';
import { groupsMark, readGroupStamps } from './group-stamps.ts';
import type { DirectoryLine } from './open-directory.ts';
import type { PersonReading } from './read-person.ts';

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 1024 * 1024;

/** What a list has: everybody, or those who have changed; and how far it has come once it is complete. */
export interface ListBasis {
  readonly kind: ListKind;
  /** Attributes to read of every person, beyond those of a sign-in. */
  readonly attributes: readonly string[];
  /** The people to list, of those whom a filter finds. */
  filter(people: Filter): Filter;
  note(entry: DirectoryEntry): void;
  /** The mark for the next list; `undefined` if there will have to be a full one. */
  mark(): ListMark | undefined;
}

/** Reads how far the changes of the directory have come. Before anything is listed, and from the same server. @throws {DirectoryFault} */
export async function readBasis(
  { server, connection }: DirectoryLine,
  connector: PersonReading['connector'],
  { since, now }: Pick<ListCall, 'since' | 'now'>,
): Promise<ListBasis> {
  const { preset, baseDn } = connector.settings;
  const limits = { timeoutMs: TIMEOUT_MS, entries: 1, bytes: MOST_BYTES };
  const call = { isActiveDirectory: preset === 'ad', url: server.url, baseDn, limits };
  const people = await readMark(connection, call);
  const stamps = people && (await readGroupStamps(connection, connector, people.by));
  const groups = stamps === undefined || stamps === 'none' ? undefined : groupsMark(stamps, since?.groups);
  const start = startOf({ since, people, groups, areGroupsKnown: stamps !== undefined });
  const seen = people && openSeenStamps(people, { now, last: 'from' in start ? since?.people : undefined });
  const isChanged =
    people && 'from' in start
      ? new GreaterThanEqualsFilter({ attribute: STAMPS[people.by], value: start.from })
      : undefined;
  return {
    kind: 'from' in start ? { isFull: false } : { isFull: true, fullBecause: start.fullBecause },
    attributes: people === undefined ? [] : [STAMPS[people.by]],
    filter(all) {
      if (isChanged === undefined || since === undefined) return all;
      const { expired } = ACCOUNT_RULES[preset] as (typeof ACCOUNT_RULES)['ad'];
      const filters = expired === undefined ? [isChanged] : [isChanged, expired(since.at, now)];
      return new AndFilter({ filters: [all, new OrFilter({ filters })] });
    },
    note: (entry) => seen?.note(entry),
    mark() {
      const mark = stamps === undefined ? undefined : seen?.mark();
      return mark && { people: mark, at: now, ...(groups !== undefined && { groups }) };
    },
  };
}

interface Start {
  readonly since: ListMark | undefined;
  readonly people: ChangeMark | undefined;
  readonly groups: GroupsMark | undefined;
  readonly areGroupsKnown: boolean;
}

function startOf({ since, people, groups, areGroupsKnown }: Start): ReturnType<typeof changesSince> | FullList {
  if (since === undefined) return { fullBecause: undefined };
  if (people === undefined || !areGroupsKnown) {
    return { fullBecause: 'the service account may not read what has changed' };
  }
  const isSameGroups = groups?.digest === since.groups?.digest;
  if (!isSameGroups || since.groups?.isSettled === false) return { fullBecause: 'groups have changed' };
  return changesSince(since.people, people);
}

interface FullList {
  readonly fullBecause: string | undefined;
}
