import { canonicalDn } from '../../directory-client/distinguished-name.ts';
import { parseServer } from '../../directory-client/server-address.ts';
import type { ConnectorKind } from '../connector-kind.ts';
import { ProviderUnusable } from '../provider-unusable.ts';
import { DIRECTORY_PRESETS } from './directory-presets.ts';
import { ldapFields, ldapGivenAgain, ldapProblems, type OpenLdapSettings, readLdap } from './given-settings.ts';
import { ldapConnector } from './ldap-connector.ts';
import { ldapDirectory } from './ldap-directory.ts';
import { openDirectory } from './open-directory.ts';
import { ldapRefresh } from './refresh-login.ts';
import { servicePool } from './service-pool.ts';
import { ldapLoginTester } from './test-ldap-login.ts';
import { tryDirectory } from './try-directory.ts';

/** LDAP directories, Active Directory among them. */
export const ldapKind: ConnectorKind<'ldap', typeof ldapFields> = {
  fields: ldapFields,
  problems: ldapProblems,

  read(given, readFile) {
    const { caFile, bindPasswordFile, preset } = given;
    const { displayName, rules } = DIRECTORY_PRESETS[preset];
    return {
      settings: readLdap(given, caFile === undefined ? given.ca : readFile('caFile', caFile)),
      secret: bindPasswordFile === undefined ? given.bindPassword : readFile('bindPasswordFile', bindPasswordFile),
      defaults: { displayName, rules, groupsClaim: 'groups' },
    };
  },

  givenAgain: ldapGivenAgain,
  secretField: () => 'bindPassword',
  secretMovedBy,
  hasSameSubjects,
  deviations: () => [],
  addresses: ({ servers, startTls }) =>
    startTls ? [] : servers.map((url): readonly [string, string] => ['servers', url.toLowerCase()]),

  called: () => undefined,

  async tryProvider({ directories }, { settings, secret }) {
    if (secret === undefined) throw new ProviderUnusable('the service account has no password');
    await tryDirectory({ settings, secret, network: directories });
  },

  tester: (_deps, settings) => ldapLoginTester(settings),

  open({ directories, elapsed }, { settings, secret = '', connector }) {
    // Whoever writes the configuration file may reach every network of this machine anyway.
    const allowPrivate = directories.allowPrivate || connector.origin !== 'api';
    const directory = openDirectory({ settings, secret, network: { ...directories, allowPrivate }, elapsed });
    const reading = { connector: { settings, rules: connector.rules }, pool: servicePool(directory) };
    return {
      password: ldapConnector({ ...reading, directory }),
      refresh: ldapRefresh(reading, elapsed),
      directory: ldapDirectory(reading, directory),
    };
  },
};

/** Everything that decides who gets the password. */
function secretMovedBy(old: OpenLdapSettings, settings: OpenLdapSettings): string | undefined {
  const known = serversOf(old);
  if (serversOf(settings).some((url) => !known.includes(url))) return 'servers';
  if (old.ca !== settings.ca) return 'ca';
  if (old.serverName !== settings.serverName) return 'serverName';
  return old.startTls && !settings.startTls ? 'startTls' : undefined;
}

/** A directory is known by its base and at least one of its servers: identifiers of another one could be made up to match. */
function hasSameSubjects(old: OpenLdapSettings, settings: OpenLdapSettings): boolean {
  const known = hostsOf(old);
  return (
    canonicalDn(old.baseDn) === canonicalDn(settings.baseDn) &&
    old.users.subjectAttribute.toLowerCase() === settings.users.subjectAttribute.toLowerCase() &&
    hostsOf(settings).some((host) => known.includes(host))
  );
}

function serversOf({ servers }: OpenLdapSettings): readonly string[] {
  return servers.map((url) => parseServer(url)?.url.toLowerCase() ?? url);
}

function hostsOf({ servers }: OpenLdapSettings): readonly string[] {
  return servers.map((url) => parseServer(url)?.host.toLowerCase() ?? url);
}
