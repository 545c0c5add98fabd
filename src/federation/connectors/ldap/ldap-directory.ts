import { AndFilter, EqualityFilter, FilterParser, OrFilter } from 'ldapts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { searchAll, withoutReferences } from '../../directory-client/directory-search.ts';
import { searchPages } from '../../directory-client/search-pages.ts';
import type { DirectoryConnector, ListedPerson } from '../directory-connector.ts';
import { LoginRefused } from '../login-refused.ts';
import { ACCOUNT_RULES, type AccountRules } from './account-state.ts';
import { attributesToRead, directoryClaims, type ReadClaims } from './directory-claims.ts';
import { type GroupsOfMany, groupsOfMany } from './groups-of-many.ts';
import type { Directory } from './open-directory.ts';
import { type PersonReading, readPerson } from './read-person.ts';
import { subjectOf, subjectValue } from './subject-of.ts';

/** Below the limits of usual servers: 1,000 for Active Directory, 500 for OpenLDAP and 2,000 for 389 Directory Server. */
const PAGE_SIZE = 400;
const MOST_PEOPLE = 1_000_000;
/** Of all their identifiers together, which stay in memory until the end. */
const MOST_CHARACTERS = 100_000_000;
/** Of one answer. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A page takes servers longer than one entry. */
const PAGE_TIMEOUT_MS = 30_000;
/** How many people one search looks for. */
const BATCH = 50;

/** Lists the people of a directory. */
export function ldapDirectory(reading: PersonReading, directory: Pick<Directory, 'asService'>): DirectoryConnector {
  const { settings, rules } = reading.connector;
  const { users, baseDn, timeoutMs } = settings;
  const limits: RequestLimits = { timeoutMs, entries: 1, bytes: MOST_BYTES };
  const people = {
    base: users.baseDn ?? baseDn,
    scope: 'sub',
    filter: FilterParser.parseString(users.filter),
    controls: [withoutReferences()],
  } as const;
  return {
    syncIntervalMs: settings.syncIntervalMs,
    async list({ now, isWanted, onPage }) {
      const register = openRegister(users.subjectAttribute);
      const listing = {
        stateOf: ACCOUNT_RULES[settings.preset].stateOf,
        claimsOf: directoryClaims(reading.connector),
        groups: groupsOfMany(reading, { directory, limits }),
        now,
      };
      let wanted: { readonly subject: string; readonly entry: DirectoryEntry }[] = [];
      // Pages need a connection of their own, to one server, from the first to the last.
      const { connection } = await directory.asService();
      try {
        const call = {
          ...people,
          attributes: attributesToRead(settings, rules),
          limits: { timeoutMs: PAGE_TIMEOUT_MS, entries: PAGE_SIZE, bytes: MOST_BYTES },
          pageSize: PAGE_SIZE,
        };
        const onEntry = (entry: DirectoryEntry): void => {
          const subject = register.enter(entry, subjectOf(entry, users.subjectAttribute, users.subjectFormat));
          if (isWanted(subject)) wanted.push({ subject, entry });
        };
        await searchPages(connection, call, onEntry, async () => {
          const page = wanted;
          wanted = [];
          const listed: ListedPerson[] = [];
          for (const each of page) listed.push(await listedPerson(listing, each));
          await onPage(listed, register.size);
        });
        return register.size;
      } finally {
        connection.close();
      }
    },
    async present(subjects) {
      const found = new Set<string>();
      for (let start = 0; start < subjects.length; start += BATCH) {
        const { subjectAttribute: attribute, subjectFormat } = users;
        const isOne = subjects
          .slice(start, start + BATCH)
          .map((subject) => new EqualityFilter({ attribute, value: subjectValue(subject, subjectFormat) }));
        const call = {
          ...people,
          filter: new AndFilter({ filters: [people.filter, new OrFilter({ filters: isOne })] }),
          attributes: [attribute] as const,
          limits: { timeoutMs: PAGE_TIMEOUT_MS, entries: 2 * BATCH, bytes: MOST_BYTES },
        };
        const entries = await reading.pool.with(({ connection }) => searchAll(connection, call));
        for (const entry of entries) found.add(subjectOf(entry, attribute, subjectFormat) ?? '');
      }
      return found;
    },
    async read(person, now) {
      try {
        return await readPerson(reading, { person, limits, now });
      } catch (error) {
        if (error instanceof LoginRefused) return undefined;
        throw error;
      }
    },
  };
}

interface Listing {
  readonly stateOf: AccountRules['stateOf'];
  readonly claimsOf: ReadClaims;
  readonly groups: GroupsOfMany;
  readonly now: number;
}

async function listedPerson(
  { stateOf, claimsOf, groups, now }: Listing,
  { subject, entry }: { readonly subject: string; readonly entry: DirectoryEntry },
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

/** Everybody who was listed so far. @param attribute the one that identifies people, for messages. */
function openRegister(attribute: string) {
  const subjects = new Set<string>();
  let characters = 0;
  return {
    get size() {
      return subjects.size;
    },
    /** @throws {DirectoryFault} */
    enter({ dn }: DirectoryEntry, subject: string | undefined): string {
      // Without it, somebody would look gone who is not.
      if (subject === undefined) throw new DirectoryFault('malformed', `${dn} has no usable ${attribute}`);
      if (subjects.has(subject)) throw new DirectoryFault('malformed', `two entries have the ${attribute} ${subject}`);
      subjects.add(subject);
      characters += subject.length;
      if (characters > MOST_CHARACTERS) throw new DirectoryFault('too-much', 'the identifiers are too long');
      if (subjects.size > MOST_PEOPLE) throw new DirectoryFault('too-much', `more than ${MOST_PEOPLE} people`);
      return subject;
    },
  };
}
