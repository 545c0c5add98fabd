import { FilterParser, PagedResultsControl } from 'ldapts';
import { BerFault } from '../../directory-client/ber.ts';
import type { DirectoryAccess } from '../../directory-client/directory-access.ts';
import type { DirectoryConnection } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { readEntry, withoutReferences } from '../../directory-client/directory-search.ts';
import { faultOf, RESULT_CODES } from '../../directory-client/result-codes.ts';
import { parseServer } from '../../directory-client/server-address.ts';
import { ProviderUnusable } from '../provider-unusable.ts';
import { ACCOUNT_RULES } from './account-state.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { type Directory, openDirectory } from './open-directory.ts';
import { subjectOf } from './subject-of.ts';

/** The whole trial must end within ten seconds. */
const TIMEOUT_MS = 4000;

interface Trial {
  readonly settings: OpenLdapSettings;
  readonly secret: string;
  readonly network: DirectoryAccess;
}

/**
 * Tries every server as a sign-in would use it, short of a person's password: connects, verifies the certificate, authenticates as the service
 * account, reads the bases, and looks at one person's entry.
 * @throws {ProviderUnusable}
 */
export async function tryDirectory({ settings, secret, network }: Trial): Promise<void> {
  const hurried = { ...settings, timeoutMs: Math.min(settings.timeoutMs, TIMEOUT_MS) };
  const outcomes = await Promise.allSettled(
    settings.servers.map(async (server) => {
      const directory = openDirectory({
        settings: { ...hurried, servers: [server] },
        secret,
        network,
        elapsed: () => performance.now(),
      });
      await tryServer(directory, hurried, parseServer(server)?.url ?? server);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  const reason: unknown = failed.reason;
  if (reason instanceof DirectoryFault || reason instanceof BerFault)
    throw new ProviderUnusable(reason.message, reason);
  throw reason;
}

async function tryServer(directory: Directory, settings: OpenLdapSettings, url: string): Promise<void> {
  const { connection } = await directory.asService();
  const refuse = (reason: string): never => {
    throw new ProviderUnusable(`${url}: ${reason}`);
  };
  try {
    const { baseDn, bindDn, users, groups, timeoutMs, preset } = settings;
    const limits = { timeoutMs, entries: 1, bytes: 1024 * 1024 };
    const bases =
      groups.strategy === 'none' ? [users.baseDn ?? baseDn] : [users.baseDn ?? baseDn, groups.baseDn ?? baseDn];
    for (const base of new Set(bases)) {
      const found = await readEntry(connection, base, { attributes: ['objectClass'], limits });
      if (found === undefined) refuse(`there is no entry ${base} that ${bindDn} may read`);
    }
    const person = await anyPerson(connection, settings, { ...limits, entries: 2 });
    if (person === undefined) return refuse(`the filter ${users.filter} finds nobody below ${users.baseDn ?? baseDn}`);
    if (subjectOf(person, users.subjectAttribute, users.subjectFormat) === undefined) {
      refuse(`${person.dn} has no ${users.subjectAttribute} that ${bindDn} may read and that identifies a person`);
    }
    const state = preset === 'ad' && ACCOUNT_RULES.ad.stateOf(person, 0);
    if (state && 'reason' in state && person.values('userAccountControl').length === 0) {
      refuse(`${bindDn} may not read whether ${person.dn} is disabled: ${state.reason}`);
    }
  } finally {
    connection.close();
  }
}

/** One of the people whom the filter of a connector finds; `undefined` if there are none. @throws {DirectoryFault} */
export async function anyPerson(
  connection: DirectoryConnection,
  { baseDn, users, preset }: OpenLdapSettings,
  limits: { readonly timeoutMs: number; readonly entries: number; readonly bytes: number },
): Promise<DirectoryEntry | undefined> {
  const found: DirectoryEntry[] = [];
  const { result } = await connection.search(
    {
      base: users.baseDn ?? baseDn,
      scope: 'sub',
      filter: FilterParser.parseString(users.filter),
      attributes: [users.subjectAttribute, ...ACCOUNT_RULES[preset].attributes],
      limits,
      sizeLimit: 1,
      // Samba does not heed the size limit of a request.
      controls: [withoutReferences(), new PagedResultsControl({ value: { size: 1 } })],
    },
    (entry) => found.push(entry),
  );
  // More than one is what is hoped for.
  if (result.code !== RESULT_CODES.success && result.code !== RESULT_CODES.sizeLimitExceeded) {
    throw faultOf('search', result);
  }
  return found[0];
}
