import { randomUUID } from 'node:crypto';
import type { Connector } from '../../../identity/documents/connector.ts';
import { type BindOutcome, passwordPolicyControl, readBindOutcome } from '../../directory-client/bind-outcome.ts';
import type { RequestLimits } from '../../directory-client/directory-connection.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import type { DirectoryServer } from '../../directory-client/server-address.ts';
import { LoginRefused } from '../login-refused.ts';
import type { PasswordConnector, PasswordLogin } from '../password-connector.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { type FoundPerson, findPerson } from './find-person.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import type { Directory } from './open-directory.ts';
import { readPerson } from './read-person.ts';
import type { ServicePool } from './service-pool.ts';

/** Bytes of all answers to one request of a sign-in. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** RFC 4514 allows any length. Nobody types more. */
const LONGEST_NAME = 256;
const LONGEST_PASSWORD = 1024;

export interface LdapConnectorDependencies {
  readonly connector: Pick<Connector, 'rules'> & { readonly settings: OpenLdapSettings };
  readonly directory: Directory;
  readonly pool: ServicePool;
}

interface Search {
  readonly server: DirectoryServer;
  readonly person?: FoundPerson | undefined;
  readonly refusal?: LoginRefused;
}

/**
 * Checks names and passwords in a directory: finds the entry as the service account, binds as the entry on a connection of its own, and reads
 * it again as the service account (S40).
 */
export function ldapConnector(deps: LdapConnectorDependencies): PasswordConnector {
  const { settings } = deps.connector;
  const limits: RequestLimits = { timeoutMs: settings.timeoutMs, entries: 1, bytes: MOST_BYTES };
  return {
    async authenticate({ name, password, now, mayTry }: PasswordLogin): Promise<VerifiedLogin> {
      // Servers answer success to a bind with an empty password (RFC 4513 §5.1.2).
      if (!isUsable(name, LONGEST_NAME) || !isUsable(password, LONGEST_PASSWORD)) {
        await mayTry(undefined);
        throw new LoginRefused(
          'credentials',
          'no name or no password, or one that is too long or has a null character',
        );
      }
      try {
        const search = await find(deps, { name, limits });
        const counts = await mayTry(search.person?.subject);
        // Not as the person if the attempt does not count: the directory would count it, and lock the person out in the end.
        const outcome = await bind(deps, { search: counts ? search : { server: search.server }, password });
        if (search.refusal !== undefined) throw search.refusal;
        if (search.person === undefined) throw new LoginRefused('credentials', 'nobody has this name');
        if (!counts) throw new LoginRefused('credentials', 'too many failures under another name of the person');
        requirePassed(outcome, search.person);
        return await readPerson(deps, { person: search.person, limits, now });
      } catch (error) {
        throw error instanceof DirectoryFault ? refusalOf(error) : error;
      }
    },
  };
}

/** Whatever ends texts at a null character would see an empty password behind it. */
function isUsable(text: string, longest: number): boolean {
  return text !== '' && text.length <= longest && !text.includes('\0');
}

async function find(
  { connector, pool }: LdapConnectorDependencies,
  call: { readonly name: string; readonly limits: RequestLimits },
): Promise<Search> {
  return await pool.with(async ({ server, connection }) => {
    try {
      return { server, person: await findPerson(connection, connector.settings, call) };
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      // Nobody has shown a password yet, so the answer must be that to a wrong one; the detail is for the audit log.
      const { check, detail } = error;
      return { server, refusal: check === 'subject' ? new LoginRefused('credentials', detail, error) : error };
    }
  });
}

/** Binds as a name that nobody has if there is no person, so that the time does not tell. */
async function bind(
  { connector, directory }: LdapConnectorDependencies,
  { search: { server, person }, password }: { readonly search: Search; readonly password: string },
): Promise<BindOutcome> {
  const { settings } = connector;
  const { timeoutMs, preset } = settings;
  const connection = await directory.to(server);
  try {
    const dn = person?.dn ?? `cn=${randomUUID()},${settings.users.baseDn ?? settings.baseDn}`;
    const result = await connection.bind(dn, password, { timeoutMs, controls: [passwordPolicyControl()] });
    return readBindOutcome(result, preset === 'ad');
  } finally {
    connection.close();
  }
}

function requirePassed({ outcome, detail }: BindOutcome, { dn }: FoundPerson): void {
  if (outcome === 'passed') return;
  const check = { wrong: 'credentials', 'password-due': 'password-due', 'not-allowed': 'account-state' } as const;
  throw new LoginRefused(check[outcome], `${dn}: ${detail}`);
}

/** A directory that cannot be reached is a passing fault; one that refuses the service account is set up wrongly. */
export function refusalOf(fault: DirectoryFault): LoginRefused {
  const isSetUp =
    fault.kind === 'certificate' || fault.kind === 'plain' || fault.kind === 'address' || fault.kind === 'start-tls';
  const isRefused = fault.kind === 'result' && fault.code !== 51 && fault.code !== 52 && fault.code !== 3;
  return new LoginRefused(isSetUp || isRefused ? 'metadata' : 'unreachable', fault.message, fault);
}
