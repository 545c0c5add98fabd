import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patientServer } from '../../harness/patient-server.ts';
import { applicationProblems } from '../../src/app/login/applications.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { connectorOpener, type OpenConnector } from '../../src/federation/connectors/open-connector.ts';
import { openKeyCache } from '../../src/federation/web-identity/key-cache.ts';
import { keySource } from '../../src/federation/web-identity/key-source.ts';
import { clientAddress, trustedProxies } from '../../src/http/client-address.ts';
import { type ClientSeed, seedOfClient } from '../../src/identity/applications/client-seed.ts';
import { disableOtherApplications, seedApplications } from '../../src/identity/applications/seed-applications.ts';
import { openConnectors } from '../../src/identity/connectors/open-connectors.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { PROFILE_ATTRIBUTES } from '../../src/identity/documents/users/profile.ts';
import type { BreachedPasswords } from '../../src/identity/passwords/breached-passwords.ts';
import type { Passwords } from '../../src/identity/passwords/passwords.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import type { IdentityStore } from '../../src/identity/store/identity-store.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../src/kernel/ids.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';
import type { KeyRing } from '../../src/keys/key-ring.ts';
import type { OpenKeyRing } from '../../src/keys/open-key-ring.ts';
import { createOidc, type Oidc } from '../../src/oidc/create-oidc.ts';
import type { OidcDependencies } from '../../src/oidc/oidc-dependencies.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import type { OpenProtocol } from '../../src/sign-in/protocol-pages.ts';
import { closedWithTheFile } from '../support/leftovers.ts';
import { openIdentities } from '../support/open-identities.ts';

// oidc-provider looks for Node's own dispatcher, which it does not find in jest's context, and then prints a warning. What
// goes out here goes through the server's own client, and never through that dispatcher.
class UnusedDispatcher {
  on(): this {
    return this;
  }
}
Object.assign(globalThis, { [Symbol.for('undici.globalDispatcher.1')]: new UnusedDispatcher() });

export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '210987654321';
export const PASSWORD = 'seven quiet otters swim';

/** A whole OpenID provider on a real port, on an embedded store of its own. */
export interface Installation {
  readonly url: string;
  readonly server: Server;
  readonly issuer: URL;
  readonly oidc: Oidc;
  readonly identities: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly keyRing: OpenKeyRing & KeyRing;
  readonly passwords: Passwords;
  readonly events: AuditEvent[];
  readonly errors: unknown[];
  /** What the operator was told of apps' requests. */
  readonly advice: unknown[];
  /** What sign-ins through connectors came to, as the metric counts it. */
  readonly outcomes: string[];
  /** Makes an IAM user with a login profile; answers it. */
  addUser(name: string, change?: Partial<User>): Promise<User>;
  /** Checks and seeds clients, as the configuration file does. */
  seedClients(clients: readonly ClientSeed[]): Promise<void>;
  /** Disables all other clients, as if they had left the file. Answers which. */
  disableOtherClients(ids: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Options
  extends Partial<
    Pick<
      OidcDependencies,
      | 'sessionLimits'
      | 'allowPrivateNetworks'
      | 'mailer'
      | 'mayChangeOwnLinks'
      | 'mayChangeOwnFactors'
      | 'mayChangeOwnPassword'
      | 'assumeRole'
      | 'assumeRoleWithWebIdentity'
      | 'proveIdentity'
      | 'mayGetAccessToken'
      | 'commandLine'
      | 'observeDevice'
      | 'openJudge'
      | 'frontChannelTokens'
      | 'authorizationDetailsTypes'
      | 'clientIdMetadataDocuments'
      | 'registration'
      | 'fetchForStranger'
      | 'appAuthorities'
      | 'mutualTls'
      | 'passkeyOrigins'
    >
  > {
  readonly clients?: readonly ClientSeed[];
  /** What expires is kept here, rather than in the embedded store; the caller closes it. */
  readonly ephemeral?: Ephemeral;
  /** Makes what people and applications are looked up in of the embedded store's collections. */
  readonly countedIdentities?: (store: CollectionStore) => CollectionStore;
  /** Takes the place of the record. */
  readonly record?: OidcDependencies['record'];
  /** Addresses of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies?: readonly string[];
  /** Said in the place of the real address, as if a proxy stood before it. */
  readonly publicUrl?: string;
  /** What its limits and lifetimes go by; oidc-provider keeps to the machine's clock. */
  readonly clock?: Clock;
  /** What pauses after a failed provider go by, in ms. */
  readonly elapsed?: () => number;
  /** Whether the providers of connectors may be on this machine, as those of tests are. Default: they may. */
  readonly allowPrivateConnectors?: boolean;
  /** Opens another protocol, on what the provider has. */
  readonly protocol?: (parts: ProtocolParts) => OpenProtocol;
  /** Makes the connectors that sign people in of the real ones. */
  readonly connectors?: (open: OpenConnector) => OpenConnector;
  /** What new passwords are compared with. */
  readonly breached?: BreachedPasswords;
}

/** What another protocol shares with the provider. */
export interface ProtocolParts
  extends Pick<OidcDependencies, 'publicUrl' | 'identities' | 'ephemeral' | 'keyRing' | 'clock' | 'random'> {
  readonly collections: CollectionStore;
}

export async function install({
  clients = [],
  publicUrl,
  ephemeral: given,
  trustedProxies: proxies = [],
  countedIdentities = (own) => own,
  clock = systemClock,
  elapsed = () => performance.now(),
  allowPrivateConnectors = true,
  connectors = (open) => open,
  protocol,
  breached,
  ...options
}: Options = {}): Promise<Installation> {
  const own = await openIdentities({ clock, between: countedIdentities, ...(breached !== undefined && { breached }) });
  const { passwords, random } = own;
  const ephemeral = given ?? own.ephemeral;
  const identities = announceChanges(own.identities, ephemeral);
  const keyRing = await own.openKeys(ephemeral);
  const events: AuditEvent[] = [];
  const errors: unknown[] = [];
  const advice: unknown[] = [];
  const outcomes: string[] = [];
  const server = patientServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const parts = {
    publicUrl: publicUrl ?? url,
    ephemeral,
    identities,
    keyRing,
    clock,
    random,
  };
  const oidc = await createOidc({
    ...parts,
    ...(protocol !== undefined && { protocol: protocol({ ...parts, collections: own.collections }) }),
    passwords,
    record: async (event) => {
      events.push(event);
    },
    logError: (error) => errors.push(error),
    advise: (message, facts) => advice.push([message, facts]),
    // The account's password policy alone; with everybody's policies it is tried in test/app.
    currentCaller: (caller) => caller,
    credentials: {
      find: () => {
        throw new ServiceError('InvalidClientTokenId', 'There are no access keys here.');
      },
    },
    assumeRole: async () => {
      throw new ServiceError('AccessDenied', 'There are no roles here.');
    },
    assumeRoleWithWebIdentity: async () => {
      throw new ServiceError('AccessDenied', 'There are no roles here.');
    },
    proveIdentity: async () => {
      throw new ServiceError('InvalidClientTokenId', 'There are no access keys here.');
    },
    mayGetAccessToken: async () => false,
    describeServer: async () => undefined,
    // With a real audit record it is tried in test/rolecall/activity.
    activity: { list: async () => ({ items: [] }), countryOf: () => undefined },
    observeDoors: {
      passkey: (outcome) => outcomes.push(`passkey ${outcome}`),
      consoleFederation: (outcome) => outcomes.push(`console ${outcome}`),
      roleCredentials: (outcome) => outcomes.push(`role credentials ${outcome}`),
      tokenExchange: (outcome) => outcomes.push(`token exchange ${outcome}`),
      backchannelSignIn: (outcome) => outcomes.push(`backchannel ${outcome}`),
      mailedLink: (outcome) => outcomes.push(`mailed link ${outcome}`),
    },
    firstAccount: async () => ACCOUNT,
    mayChangeOwnLinks: async () => true,
    mayChangeOwnAddress: async () => true,
    ownProfile: { attributes: new Set(PROFILE_ATTRIBUTES), mayChange: async () => true },
    mayChangeOwnFactors: async () => true,
    start: {
      roles: async () => ({ roles: [], next: undefined }),
      apps: async () => [],
      icon: async () => undefined,
      credentials: async () => {
        throw new Error('there are no roles here');
      },
    },
    mayChangeOwnPassword: async ({ kind, password }) =>
      kind === 'root' || password?.policy?.allowUsersToChangePassword === true,
    clientAddress: (request) => clientAddress(request, trustedProxies(proxies)),
    connectors: {
      stored: openConnectors({ store: identities, feed: ephemeral, clock }),
      open: connectors(
        connectorOpener({
          sealer: keyRing.sealer,
          keys: openKeyCache({
            sourceOf: (issuer) => keySource({ issuer, settings: undefined, allowPrivate: allowPrivateConnectors }),
            elapsed: () => performance.now(),
            fetched: () => {},
          }),
          issuerSettings: () => undefined,
          allowPrivate: allowPrivateConnectors,
          directories: { allowPrivate: allowPrivateConnectors, allowPlain: true },
          elapsed,
          publicUrl: publicUrl ?? url,
          used: ephemeral,
        }),
      ),
      observe: (outcome) => outcomes.push(outcome),
      observeLogout: (outcome) => outcomes.push(`logout ${outcome}`),
      observeOldProof: () => outcomes.push('too old'),
      observeRecheck: (outcome) => outcomes.push(`recheck ${outcome}`),
    },
    ...options,
  });
  server.on('request', (request, response) => oidc.callback(request, response));
  const passwordHash = await passwords.hash(PASSWORD);
  const root = { passwordHash, passwordChangedAt: clock.now() };
  await own.addAccount(ACCOUNT, { ...root, email: 'root@example.com' }, { alias: 'example', createdAt: 0 });
  await own.addAccount(OTHER_ACCOUNT, { ...root, email: 'root@other.example' }, { createdAt: 0 });
  const seeding = { store: identities, sealer: keyRing.sealer, clock };
  const seedClients = async (list: readonly ClientSeed[]): Promise<void> => {
    const seeds = list.map(seedOfClient);
    const problems = await applicationProblems({ store: identities, refusalOf: oidc.refusalOf }, seeds);
    if (problems.length > 0) throw new ConfigError(problems);
    await seedApplications(seeding, seeds);
  };
  await seedClients(clients);

  return {
    url,
    server,
    issuer: new URL(`${url}/oidc`),
    oidc,
    identities,
    ephemeral,
    keyRing,
    passwords,
    events,
    errors,
    advice,
    outcomes,
    seedClients,
    disableOtherClients: (ids) => disableOtherApplications(seeding, 'OIDC', new Set(ids)),
    async addUser(userName, change = {}) {
      const user: User = {
        accountId: ACCOUNT,
        userId: makeId(ID_PREFIX.user, change.accountId ?? ACCOUNT, random),
        userName,
        nameKey: userName.toLowerCase(),
        path: '/',
        createdAt: clock.now(),
        inlinePolicies: [],
        attachedPolicies: [],
        tags: [],
        groupIds: [],
        accessKeys: [],
        loginProfile: { passwordHash, createdAt: 0, changedAt: clock.now(), resetRequired: false, formerHashes: [] },
        mfaDevices: [],
        ...change,
      };
      await identities.users.insert(user);
      return user;
    },
    close: closedWithTheFile(async () => {
      oidc.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await own.close();
    }),
  };
}
