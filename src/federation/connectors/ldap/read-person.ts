import type { Connector } from '../../../identity/documents/connector.ts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import { readEntry } from '../../directory-client/directory-search.ts';
import { LoginRefused } from '../login-refused.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { ACCOUNT_RULES } from './account-state.ts';
import { attributesToRead, directoryClaims } from './directory-claims.ts';
import { findGroups } from './find-groups.ts';
import type { FoundPerson } from './find-person.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { searchedGroups } from './searched-groups.ts';
import type { ServicePool } from './service-pool.ts';
import { subjectOf } from './subject-of.ts';

export interface PersonReading {
  readonly connector: Pick<Connector, 'rules'> & { readonly settings: OpenLdapSettings };
  readonly pool: ServicePool;
}

/**
 * Reads a person's entry with its groups, for sign-ins and for what a directory sync changes.
 * @throws {LoginRefused} if the name means somebody else by now, or the account may not sign in. @throws {DirectoryFault}
 */
export async function readPerson(
  { connector, pool }: PersonReading,
  { person, limits, now }: { readonly person: FoundPerson; readonly limits: RequestLimits; readonly now: number },
): Promise<VerifiedLogin> {
  const { settings, rules } = connector;
  const { users, preset } = settings;
  return await pool.with(async ({ connection }) => {
    const entry = await readEntry(connection, person.dn, { attributes: attributesToRead(settings, rules), limits });
    if (entry === undefined || subjectOf(entry, users.subjectAttribute, users.subjectFormat) !== person.subject) {
      throw new LoginRefused('subject', `${person.dn} was replaced in the meantime`);
    }
    const state = ACCOUNT_RULES[preset].stateOf(entry, now);
    if (state.state !== 'enabled') {
      const check = state.state === 'disabled' ? 'account-state' : 'password-due';
      throw new LoginRefused(check, `${person.dn}: ${state.reason}`);
    }
    const groups =
      settings.groups.strategy === 'none'
        ? undefined
        : await findGroups(settings, searchedGroups({ connection, settings, limits }), entry);
    return {
      subject: person.subject,
      claims: directoryClaims(connector)(entry, groups),
      amr: ['pwd'],
      acr: undefined,
      authTime: Math.floor(now / 1000),
      sessionId: undefined,
      logoutSubject: undefined,
    };
  });
}
