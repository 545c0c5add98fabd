import type { SearchCall } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { type EntryRegister, openRegister } from '../../directory-client/entry-register.ts';
import { searchPages } from '../../directory-client/search-pages.ts';
import type { ListCall, ListedPerson, Listing } from '../directory-connector.ts';
import { ACCOUNT_RULES, type AccountRules } from './account-state.ts';
import { attributesToRead, directoryClaims, type ReadClaims } from './directory-claims.ts';
import type { PeopleSearch } from './find-present.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { fewFirst, type GroupsOfMany, groupsOfMany } from './groups-of-many.ts';
import { readBasis } from './list-basis.ts';
import type { Directory, DirectoryLine } from './open-directory.ts';
import type { PersonReading } from './read-person.ts';
import { subjectOf } from './subject-of.ts';

export interface PeopleList {
  readonly reading: PersonReading;
  readonly directory: Pick<Directory, 'asService'>;
  /** Finds everybody. */
  readonly people: PeopleSearch;
}

interface Wanted {
  readonly subject: string;
  readonly entry: DirectoryEntry;
}

/** Lists the people of a directory, and reads the entries of all or of those who have changed. @throws {DirectoryFault} */
export async function listPeople({ reading, directory, people }: PeopleList, call: ListCall): Promise<Listing> {
  const { settings, rules } = reading.connector;
  const { users } = settings;
  // Pages need a connection of their own, to one server, from the first to the last.
  const line = await directory.asService();
  const { connection } = line;
  try {
    const basis = await readBasis(line, reading.connector, call);
    const { isFull } = basis.kind;
    call.onBegin(basis.kind);
    // A deleted entry is in no list of changes, so everybody's identifier is listed in any case.
    const everybody = isFull ? undefined : await listIdentifiers(line, { settings, people }, call);
    const listing = listingOf({ reading, directory, people }, { now: call.now, isFull });
    const register = openRegister(users.subjectAttribute);
    let wanted: Wanted[] = [];
    const onEntry = (entry: DirectoryEntry): void => {
      const subject = register.enter(entry, subjectOf(entry, users.subjectAttribute, users.subjectFormat));
      basis.note(entry);
      if (call.isWanted(subject)) wanted.push({ subject, entry });
    };
    const attributes: SearchCall['attributes'] = [...attributesToRead(settings, rules), ...basis.attributes];
    const search = { ...people, filter: basis.filter(people.filter), attributes };
    await searchPages(connection, search, onEntry, async () => {
      const page = wanted;
      wanted = [];
      const listed: ListedPerson[] = [];
      for (const each of page) listed.push(await listedPerson(listing, each));
      await call.onPage(listed, (everybody ?? register).size);
    });
    const { size, has } = everybody ?? register;
    return { listed: size, has, mark: basis.mark() };
  } finally {
    connection.close();
  }
}

async function listIdentifiers(
  { connection }: Pick<DirectoryLine, 'connection'>,
  { settings, people }: { readonly settings: OpenLdapSettings; readonly people: PeopleSearch },
  { onPage }: Pick<ListCall, 'onPage'>,
): Promise<EntryRegister> {
  const { subjectAttribute, subjectFormat } = settings.users;
  const register = openRegister(subjectAttribute);
  const onEntry = (entry: DirectoryEntry): void => {
    register.enter(entry, subjectOf(entry, subjectAttribute, subjectFormat));
  };
  await searchPages(connection, { ...people, attributes: [subjectAttribute] }, onEntry, () =>
    onPage([], register.size),
  );
  return register;
}

interface PersonListing {
  readonly stateOf: AccountRules['stateOf'];
  readonly claimsOf: ReadClaims;
  readonly groups: GroupsOfMany;
  readonly now: number;
}

function listingOf(
  { reading, directory, people: { limits } }: PeopleList,
  { now, isFull }: { readonly now: number; readonly isFull: boolean },
): PersonListing {
  const { settings } = reading.connector;
  const groups = groupsOfMany(reading, { directory, limits: { ...limits, timeoutMs: settings.timeoutMs, entries: 1 } });
  return {
    stateOf: ACCOUNT_RULES[settings.preset].stateOf,
    claimsOf: directoryClaims(reading.connector),
    groups: isFull ? groups : fewFirst(groups),
    now,
  };
}

async function listedPerson(
  { stateOf, claimsOf, groups, now }: PersonListing,
  { subject, entry }: Wanted,
): Promise<ListedPerson> {
  const { dn } = entry;
  const state = stateOf(entry, now);
  if (state.state === 'disabled') return { subject, dn, disabledBecause: state.reason };
  if (state.state === 'password-due') return { subject, dn };
  if (!groups.areNeeded) return { subject, dn, claims: claimsOf(entry, undefined) };
  const found = await groups.of(entry).catch((error: unknown) => {
    // One person in too many groups must not stop the others.
    if (error instanceof DirectoryFault && error.kind === 'too-much') return undefined;
    throw error;
  });
  return { subject, dn, ...(found !== undefined && { claims: claimsOf(entry, found) }) };
}
