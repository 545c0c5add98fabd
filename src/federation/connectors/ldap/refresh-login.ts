import { type AskInTurn, askingTurns } from '../../directory-client/asking-turns.ts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { LoginRefused } from '../login-refused.ts';
import type { RefreshConnector } from '../redirect-connector.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { type FoundPerson, findSubject } from './find-person.ts';
import { USUAL_RECHECK } from './given-settings.ts';
import { MOST_BYTES, refusalOf } from './ldap-connector.ts';
import { type PersonReading, readPerson } from './read-person.ts';
import { anyPerson } from './try-directory.ts';

/**
 * Asks a directory again about logins: reads the person as the service account, by the identifier, with the filter, the account's state and
 * the groups that a sign-in goes by. No password is needed. `undefined` if the connector does not.
 * @param elapsed a monotonic clock in ms.
 */
export function ldapRefresh(reading: PersonReading, elapsed: () => number): RefreshConnector | undefined {
  const { recheckAfter = USUAL_RECHECK } = reading.connector.settings;
  if (recheckAfter === 0) return undefined;
  const inTurn = askingTurns(elapsed);
  return {
    recheckAfterMs: recheckAfter * 1000,
    // A connector whose identifiers would mean other people is another one, so its name is enough.
    client: 'directory',
    tokenOf: (subject) => subject,
    async refresh(subject, now) {
      const login = await readAgain({ reading, inTurn }, subject, now);
      return { refreshToken: subject, read: async () => login };
    },
  };
}

interface Asking {
  readonly reading: PersonReading;
  readonly inTurn: AskInTurn;
}

/** @throws {LoginRefused} */
async function readAgain({ reading, inTurn }: Asking, subject: string, now: number): Promise<VerifiedLogin> {
  const limits = { timeoutMs: reading.connector.settings.timeoutMs, entries: 1, bytes: MOST_BYTES };
  try {
    return await inTurn(async () => {
      const read = async () => readPerson(reading, { person: await find(reading, { subject, limits }), limits, now });
      return await read().catch((error: unknown) => {
        // The entry was renamed between the search and the reading.
        if (error instanceof LoginRefused && error.check === 'subject') return read();
        throw error;
      });
    });
  } catch (error) {
    if (!(error instanceof DirectoryFault)) throw error;
    // As at a sign-in, a person in too many groups is refused: keeping the former groups could give too much.
    throw error.kind === 'too-much' ? new LoginRefused('user', error.message, error) : refusalOf(error);
  }
}

/**
 * Finds the person, or makes sure that it is the person who is gone: a directory in which the service account sees nobody is set up wrongly,
 * which says nothing of one person.
 * @throws {LoginRefused} `gone`. @throws {DirectoryFault}
 */
async function find(
  { connector: { settings }, pool }: PersonReading,
  { subject, limits }: { readonly subject: string; readonly limits: RequestLimits },
): Promise<FoundPerson> {
  const { found, hasOthers } = await pool.with(async ({ connection }) => {
    const person = await findSubject(connection, settings, { subject, limits });
    const other = person ?? (await anyPerson(connection, settings, { ...limits, entries: 2 }));
    return { found: person, hasOthers: other !== undefined };
  });
  if (found !== undefined) return found;
  if (hasOthers) throw new LoginRefused('gone', subject);
  throw new DirectoryFault('result', `the filter ${settings.users.filter} finds nobody at all`);
}
