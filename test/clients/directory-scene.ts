import type { ListedPerson, Listing, ListKind, ListMark } from '../../src/federation/connectors/directory-connector.ts';
import { DIRECTORY_PRESETS } from '../../src/federation/connectors/ldap/directory-presets.ts';
import { ldapConnector } from '../../src/federation/connectors/ldap/ldap-connector.ts';
import { ldapDirectory } from '../../src/federation/connectors/ldap/ldap-directory.ts';
import { openDirectory } from '../../src/federation/connectors/ldap/open-directory.ts';
import type { PersonReading } from '../../src/federation/connectors/ldap/read-person.ts';
import { servicePool } from '../../src/federation/connectors/ldap/service-pool.ts';
import type { LoginRefused } from '../../src/federation/connectors/login-refused.ts';
import type { VerifiedLogin } from '../../src/federation/connectors/verified-login.ts';
import type { DirectoryAccess } from '../../src/federation/directory-client/directory-access.ts';
import type { Claims } from '../../src/federation/provisioning/read-claim.ts';
import type { ProvisioningRules } from '../../src/identity/documents/connector.ts';
import type { LdapConnectorSettings } from '../../src/identity/documents/connectors/ldap-settings.ts';

export const SUFFIX = 'dc=example,dc=com';
export const READER = { dn: `cn=reader,${SUFFIX}`, password: 'password of the reader' };
export const PASSWORD = 'correct horse battery staple';
/** A private network, in which plain connections are allowed. */
export const OPEN_NETWORK: DirectoryAccess = { allowPrivate: true, allowPlain: true };

/** One entry as LDIF. Values are given in base64, so that they may be anything. */
export function ldifEntry(
  dn: string,
  attributes: Readonly<Record<string, string | Buffer | readonly string[]>>,
): string {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => `${name}:: ${Buffer.from(value).toString('base64')}`),
  );
  return [`dn:: ${Buffer.from(dn).toString('base64')}`, ...lines, ''].join('\n');
}

export const SUFFIX_ENTRIES = [
  ldifEntry(SUFFIX, { objectClass: ['organization', 'dcObject'], dc: 'example', o: 'Example' }),
  ldifEntry(`ou=people,${SUFFIX}`, { objectClass: 'organizationalUnit', ou: 'people' }),
  ldifEntry(`ou=groups,${SUFFIX}`, { objectClass: 'organizationalUnit', ou: 'groups' }),
  ldifEntry(READER.dn, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'reader',
    userPassword: READER.password,
  }),
].join('\n');

/** The service account may read all but passwords; nobody else anything. */
export const ACCESS = `access to attrs=userPassword by anonymous auth
access to * by dn.exact="${READER.dn}" read
limits dn.exact="${READER.dn}" size=unlimited`;

const { rules: defaults } = DIRECTORY_PRESETS.openldap;
export const RULES: ProvisioningRules = {
  userName: [...defaults.userName],
  displayName: [...defaults.displayName],
  email: [...defaults.email],
  groups: { claim: 'groups', map: [], always: [] },
};

export function directorySettings(
  preset: LdapConnectorSettings['preset'],
  change: Partial<LdapConnectorSettings> & Pick<LdapConnectorSettings, 'servers'>,
): LdapConnectorSettings {
  const { users, groups } = DIRECTORY_PRESETS[preset];
  const fixed = { kind: 'ldap', startTls: false, baseDn: SUFFIX, bindDn: READER.dn, timeoutMs: 5000 } as const;
  return { ...fixed, preset, users, groups, ...change };
}

export interface DirectoryLogin {
  readonly name: string;
  readonly password?: string;
  readonly now?: number;
}

/** The outcome of a sign-in: who it was, or the refusal. */
export type Outcome = { readonly login: VerifiedLogin } | { readonly refused: LoginRefused };

export interface TestConnector {
  signIn(login: DirectoryLogin): Promise<Outcome>;
  /** The subjects that attempts counted for. */
  readonly counted: (string | undefined)[];
  close(): void;
}

/** A connector without a server around it. */
export function testConnector(
  settings: LdapConnectorSettings,
  { secret = READER.password, network = OPEN_NETWORK }: { secret?: string; network?: DirectoryAccess } = {},
): TestConnector {
  const directory = openDirectory({ settings, secret, network, elapsed: () => performance.now() });
  const pool = servicePool(directory);
  const counted: (string | undefined)[] = [];
  const connector = ldapConnector({ connector: { settings, rules: RULES }, directory, pool });
  return {
    counted,
    async signIn({ name, password = PASSWORD, now = Date.now() }) {
      const mayTry = async (subject: string | undefined) => counted.push(subject) > 0;
      try {
        return { login: await connector.authenticate({ name, password, now, mayTry }) };
      } catch (error) {
        return { refused: error as LoginRefused };
      }
    },
    close: () => pool.close(),
  };
}

/**
 * What a list of all people says of each, and what a sign-in of the person would, by distinguished name.
 * @param isCompared whether to read the person for it, which takes some searches.
 */
export async function listedAndRead(
  settings: LdapConnectorSettings,
  secret: string,
  isCompared: (dn: string) => boolean = () => true,
): Promise<ReadonlyMap<string, { readonly listed: Claims | undefined; readonly read: Claims | undefined }>> {
  const directory = openDirectory({ settings, secret, network: OPEN_NETWORK, elapsed: () => performance.now() });
  const pool = servicePool(directory);
  // Groups are only read if a rule may need them.
  const rules = { ...RULES, groups: { claim: 'groups', map: [{ value: 'x', group: 'x' }], always: [] } };
  const { list, read } = ldapDirectory({ connector: { settings, rules }, pool }, directory);
  const people: ListedPerson[] = [];
  try {
    const now = Date.now();
    const onPage = async (page: readonly ListedPerson[]) => void people.push(...page);
    await list({ now, since: undefined, isWanted: () => true, onBegin: () => undefined, onPage });
    const found = new Map<string, { listed: Claims | undefined; read: Claims | undefined }>();
    for (const person of people.filter(({ dn }) => isCompared(dn))) {
      found.set(person.dn, { listed: inOrder(person.claims), read: inOrder((await read(person, now))?.claims) });
    }
    return found;
  } finally {
    pool.close();
  }
}

export interface PeopleListed {
  readonly listing: Listing;
  readonly kind: ListKind | undefined;
  /** Their distinguished names, in order. */
  readonly dns: readonly string[];
  readonly subjects: readonly string[];
}

/** Lists the people of a directory, or those who have changed. */
export async function listAll(
  { settings, rules = RULES }: Pick<PersonReading['connector'], 'settings'> & { readonly rules?: ProvisioningRules },
  {
    secret = READER.password,
    since,
    now = Date.now(),
  }: { secret?: string; since?: ListMark | undefined; now?: number },
): Promise<PeopleListed> {
  const directory = openDirectory({ settings, secret, network: OPEN_NETWORK, elapsed: () => performance.now() });
  const pool = servicePool(directory);
  const people: ListedPerson[] = [];
  let kind: ListKind | undefined;
  try {
    const listing = await ldapDirectory({ connector: { settings, rules }, pool }, directory).list({
      now,
      since,
      isWanted: () => true,
      onBegin: (begun) => {
        kind = begun;
      },
      onPage: async (page) => void people.push(...page),
    });
    return { listing, kind, dns: people.map(({ dn }) => dn).sort(), subjects: people.map(({ subject }) => subject) };
  } finally {
    pool.close();
  }
}

/** Directories have no order. */
function inOrder(claims: Claims | undefined): Claims | undefined {
  if (claims === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  );
}
