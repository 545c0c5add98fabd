import { FilterParser } from 'ldapts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { withoutReferences } from '../../directory-client/directory-search.ts';
import { searchPages } from '../../directory-client/search-pages.ts';
import type { DirectoryConnector, ListedPerson } from '../directory-connector.ts';
import { LoginRefused } from '../login-refused.ts';
import { ACCOUNT_RULES } from './account-state.ts';
import type { Directory } from './open-directory.ts';
import { type PersonReading, readPerson } from './read-person.ts';
import { subjectOf } from './subject-of.ts';

/** Below the limits of usual servers: 1,000 for Active Directory, 500 for OpenLDAP and 2,000 for 389 Directory Server. */
const PAGE_SIZE = 400;
const MOST_PEOPLE = 1_000_000;
/** Of all their names together, which stay in memory until the end. */
const MOST_CHARACTERS = 200_000_000;
/** Of one answer. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A page takes servers longer than one entry. */
const PAGE_TIMEOUT_MS = 30_000;

/** Lists the people of a directory. */
export function ldapDirectory(reading: PersonReading, directory: Pick<Directory, 'asService'>): DirectoryConnector {
  const { settings } = reading.connector;
  const { users, preset, baseDn, timeoutMs } = settings;
  const { stateOf, attributes } = ACCOUNT_RULES[preset];
  const limits: RequestLimits = { timeoutMs, entries: 1, bytes: MOST_BYTES };
  return {
    syncIntervalMs: settings.syncIntervalMs,
    async list(now) {
      const people = new Map<string, ListedPerson>();
      let characters = 0;
      // Pages need a connection of their own, to one server, from the first to the last.
      const { connection } = await directory.asService();
      try {
        const call = {
          base: users.baseDn ?? baseDn,
          scope: 'sub',
          filter: FilterParser.parseString(users.filter),
          attributes: [users.subjectAttribute, ...attributes],
          limits: { timeoutMs: PAGE_TIMEOUT_MS, entries: PAGE_SIZE, bytes: MOST_BYTES },
          controls: [withoutReferences()],
          pageSize: PAGE_SIZE,
        } as const;
        await searchPages(connection, call, (entry) => {
          const subject = subjectOf(entry, users.subjectAttribute, users.subjectFormat);
          // Without it, somebody would look gone who is not.
          if (subject === undefined)
            throw new DirectoryFault('malformed', `${entry.dn} has no usable ${users.subjectAttribute}`);
          if (people.has(subject))
            throw new DirectoryFault('malformed', `two entries have the ${users.subjectAttribute} ${subject}`);
          const state = stateOf(entry, now);
          people.set(subject, { dn: entry.dn, ...(state.state === 'disabled' && { disabledBecause: state.reason }) });
          characters += entry.dn.length + subject.length;
          if (characters > MOST_CHARACTERS)
            throw new DirectoryFault('too-much', 'the names of its people are too long');
          if (people.size > MOST_PEOPLE) throw new DirectoryFault('too-much', `more than ${MOST_PEOPLE} people`);
        });
        return people;
      } finally {
        connection.close();
      }
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
