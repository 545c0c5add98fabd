import type { RequestListener } from 'node:http';
import { availableParallelism } from 'node:os';
import { type AuditLog, openAuditLog } from '../audit/audit-log.ts';
import { authorizationMessages } from '../authorize/authorization-messages.ts';
import { createAuthorizer } from '../authorize/authorizer.ts';
import { issuerKeys } from '../federation/issuer-keys.ts';
import { ownLogins } from '../federation/own-logins.ts';
import { webIdentityVerifier } from '../federation/verify-web-identity.ts';
import { clientAddress, trustedProxies } from '../http/client-address.ts';
import { isClientFault } from '../http/client-fault.ts';
import { iamOperations } from '../iam/iam-operations.ts';
import { openCredentials } from '../identity/access-keys/credentials.ts';
import { openLastUsed } from '../identity/access-keys/last-used.ts';
import { type FirstAccount, firstAccountId, hasAccount, makeFirstAccount } from '../identity/accounts/first-account.ts';
import { announceChanges } from '../identity/announce-changes.ts';
import { openIdentityStore } from '../identity/identity-store.ts';
import { verifyMfaCode } from '../identity/mfa/verify-mfa-code.ts';
import { openRoleDirectory } from '../identity/roles/role-directory.ts';
import { mintSession } from '../identity/sessions/mint.ts';
import { openPasswords } from '../identity/sign-in/passwords.ts';
import { openPeople } from '../identity/sign-in/people.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { openBatchSigner } from '../keys/batch-signer.ts';
import { loadKeyEncryptionKey, parseKeyEncryptionKey } from '../keys/key-encryption-key.ts';
import { openKeyRing } from '../keys/open-key-ring.ts';
import { signHere } from '../keys/token-signer.ts';
import { createOidc } from '../oidc/create-oidc.ts';
import { clientSeeds } from '../oidc/settings.ts';
import { createAuthenticate } from '../operations/authenticate.ts';
import { createPipeline } from '../operations/pipeline.ts';
import { createRegistry } from '../operations/registry.ts';
import { stsOperations } from '../sts/sts-operations.ts';
import { metricsReader } from './cluster-metrics.ts';
import type { Log } from './log.ts';
import { openMetrics } from './metrics.ts';
import { mount } from './mount.ts';
import { openStores, type Stores } from './open-stores.ts';
import { BODY_LIMIT } from './read-body.ts';
import type { Settings } from './settings.ts';
import { workerCount } from './workers.ts';

/** The whole server, wired; it does not listen yet. */
export interface Application {
  readonly listener: RequestListener;
  /** Makes the first account where there is none; answers it with its secrets, which are told only now. */
  prepare(): Promise<FirstAccount | undefined>;
  /** Writes what is still to be written and lets go of everything; to be called once no request is under way. */
  close(): Promise<void>;
}

/** Time and randomness, which tests may bring along. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
}

/** The composition root: every part is made here, with all that it needs, and nothing else is global. */
export async function compose(
  settings: Settings,
  log: Log,
  { clock, random }: Surroundings = { clock: systemClock, random: systemRandom() },
): Promise<Application> {
  const { publicUrl } = settings.server;
  const ownIssuer = `${publicUrl}/oidc`;
  const onFault = (fault: unknown): void => log.error('something failed in the background', { err: fault });

  const stores = await openStores(settings, { clock, onFault });
  const { collections, ephemeral } = stores;
  const keyEncryptionKey =
    settings.keys.keyEncryptionKey === undefined
      ? loadKeyEncryptionKey({ directory: settings.keys.directory, random })
      : parseKeyEncryptionKey(settings.keys.keyEncryptionKey);
  const keyRing = await openKeyRing({ collections, keyEncryptionKey, clock, random, feed: ephemeral, onFault });

  // A thread that signs gains nothing where every core has a process of its own already.
  const hasSpareCore = availableParallelism() > workerCount(settings.server);
  const signer = hasSpareCore ? openBatchSigner({ onFault }) : signHere;

  const store = announceChanges(openIdentityStore(collections), ephemeral);
  const { sealer } = keyRing;
  const passwords = openPasswords({ size: settings.passwords.threads });
  const lastUsed = openLastUsed({ collections, failed: onFault });
  const audit: AuditLog = openAuditLog({ collections, log: log.audit, clock, onFault });
  const metrics = openMetrics();

  const authorizer = createAuthorizer({ store, feed: ephemeral, clock });
  const credentials = openCredentials({ store, keyRing, feed: ephemeral, clock });
  const messages = authorizationMessages({ keyRing, random, elapsed: () => performance.now() });
  const roles = openRoleDirectory({ store, feed: ephemeral, clock });
  const registry = createRegistry([
    ...iamOperations({ store, sealer, random, ephemeral, lastUsed, passwords, ownIssuer }),
    ...stsOperations({
      store,
      roles,
      lastUsed,
      authorizationMessages: messages,
      mint: mintSession({ keyRing, signer, random, clock, issuer: publicUrl }),
      verifyMfa: (caller, serialNumber, code, now) =>
        verifyMfaCode({ store, sealer, ephemeral }, mfaOwner(caller), serialNumber, code, now),
      verifyWebIdentity: webIdentityVerifier({
        store,
        keysOf: issuerKeys(keyRing, ownIssuer),
        loginHolds: ownLogins(openPeople(store), ownIssuer),
      }),
    }),
  ]);
  const pipeline = createPipeline({
    registry,
    authenticate: createAuthenticate({ credentials, authorizer, lastUsed }),
    authorizer,
    authorizationMessages: messages,
    record: audit.recordLine,
    whenRoom: audit.whenRoom,
    clock,
    random,
    observe: metrics.observeCall,
    fault: (error, facts) => log.error('a call failed', { err: error, ...facts }),
  });

  const proxies = trustedProxies(settings.server.trustedProxies);
  const oidc = await createOidc({
    publicUrl,
    collections,
    ephemeral,
    identities: store,
    keyRing,
    passwords,
    record: audit.record,
    clock,
    random,
    logError: (error, requestId) => {
      if (!isClientFault(error)) log.error('a page failed', { err: error, requestId });
    },
    clientAddress: (request) => clientAddress(request, proxies),
    allowPrivateNetworks: settings.oidc.allowPrivateNetworks,
    sessionLimits: settings.oidc.sessions,
  });

  const readMetrics = metricsReader(metrics.registry);
  return {
    listener: mount({
      wire: pipeline.handle,
      tooLarge: () =>
        pipeline.refuse(
          new ServiceError(
            'RequestEntityTooLarge',
            `The request is larger than ${BODY_LIMIT} bytes: send less at once.`,
          ),
        ),
      ready: () => readiness(stores),
      metrics: async () => ({ contentType: metrics.registry.contentType, text: await readMetrics() }),
      pages: oidc.callback,
      trustedProxies: proxies,
      fault: (error) => {
        if (!isClientFault(error)) log.error('an answer could not be given', { err: error });
      },
    }),

    async prepare() {
      const isFirst = !(await hasAccount(store));
      const deps = { store, sealer, passwords, clock, random };
      const first = isFirst ? await makeFirstAccount(deps, settings.firstStart) : undefined;
      await oidc.seedClients(clientSeeds(settings.oidc, await firstAccountId(store)));
      return first;
    },

    async close() {
      pipeline.flush();
      oidc.close();
      authorizer.close();
      credentials.close();
      roles.close();
      keyRing.close();
      await Promise.all([audit.close(), lastUsed.flush(), passwords.close(), signer.close()]);
      const end = audit.head();
      if (end !== undefined) log.info('the audit chain ends here', end);
      await stores.close();
    },
  };
}

function mfaOwner(caller: { type: string; accountId: string; uniqueId?: string }): Parameters<typeof verifyMfaCode>[1] {
  if (caller.type === 'Account') return { type: 'Account', accountId: caller.accountId };
  if (caller.type === 'User' && caller.uniqueId !== undefined) {
    return { type: 'User', accountId: caller.accountId, userId: caller.uniqueId };
  }
  throw new ServiceError(
    'AccessDenied',
    'Only IAM users and root users have MFA devices: call with their access keys.',
  );
}

async function readiness({ collections, ephemeral }: Stores): Promise<{ ok: boolean; text: string }> {
  const state = async (name: string, ping: () => Promise<void>): Promise<readonly [boolean, string]> => {
    try {
      await ping();
      return [true, `${name}: ok`];
    } catch {
      return [false, `${name}: does not answer`];
    }
  };
  const states = await Promise.all([
    state('collections', () => collections.ping()),
    state('ephemeral', () => ephemeral.ping()),
  ]);
  return { ok: states.every(([ok]) => ok), text: `${states.map(([, text]) => text).join('\n')}\n` };
}
