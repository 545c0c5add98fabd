import { FilterParser } from 'ldapts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import { withoutReferences } from '../../directory-client/directory-search.ts';
import type { DirectoryConnector } from '../directory-connector.ts';
import { LoginRefused } from '../login-refused.ts';
import { findPresent, type PeopleSearch } from './find-present.ts';
import { listPeople } from './list-people.ts';
import type { Directory } from './open-directory.ts';
import { type PersonReading, readPerson } from './read-person.ts';

/** Below the limits of usual servers: 1,000 for Active Directory, 500 for OpenLDAP and 2,000 for 389 Directory Server. */
const PAGE_SIZE = 400;
/** Of one answer. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A page takes servers longer than one entry. */
const PAGE_TIMEOUT_MS = 30_000;
/** If the settings do not say. */
const DAY_MS = 24 * 60 * 60_000;

/** Lists the people of a directory. */
export function ldapDirectory(reading: PersonReading, directory: Pick<Directory, 'asService'>): DirectoryConnector {
  const { settings } = reading.connector;
  const { users, baseDn, timeoutMs } = settings;
  const limits: RequestLimits = { timeoutMs, entries: 1, bytes: MOST_BYTES };
  const people: PeopleSearch = {
    base: users.baseDn ?? baseDn,
    scope: 'sub',
    filter: FilterParser.parseString(users.filter),
    attributes: [users.subjectAttribute],
    controls: [withoutReferences()],
    limits: { timeoutMs: PAGE_TIMEOUT_MS, entries: PAGE_SIZE, bytes: MOST_BYTES },
    pageSize: PAGE_SIZE,
  };
  return {
    syncIntervalMs: settings.syncIntervalMs,
    fullSyncIntervalMs: settings.fullSyncIntervalMs ?? DAY_MS,
    list: (call) => listPeople({ reading, directory, people }, call),
    present: (subjects) =>
      reading.pool.with(({ connection }) => findPresent(connection, { settings, people }, subjects)),
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
