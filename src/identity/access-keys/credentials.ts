import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { documentOf } from '../credentials/find-credential-holder.ts';
import { hasCome } from '../documents/user.ts';
import type { Caller } from '../sessions/caller.ts';
import { callerOf } from '../sessions/session-identity.ts';
import { hasGenuineSignature, recogniseSessionToken, temporarySecret } from '../sessions/session-token.ts';
import { IdentityCache } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { findAccessKey, type OwnedAccessKey } from './find-access-key.ts';

/** The caller that an access key identifies, and the secret that its signatures are checked with. */
export interface Credential {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** Milliseconds since the epoch; `undefined` for long-term access keys. */
  readonly expiresAt: number | undefined;
  /** The session token; `undefined` for long-term access keys. */
  readonly token: string | undefined;
  /** Ms since the epoch; only of long-term access keys. */
  readonly createdAt?: number;
  /** Whether this credential is already cached. */
  isRemembered: boolean;
}

/** Finds the credential that a request claims to be signed with. This proves nothing yet. */
export interface Credentials {
  /**
   * @param token The session token that comes with temporary access keys.
   * @throws {ServiceError} InvalidClientTokenId if the access key is unknown, inactive or does not match the token, if its user is disabled,
   * or if this server did not issue the token.
   */
  find(accessKeyId: string, token: string | undefined): Credential | Promise<Credential>;
  /** Whether {@link find} can answer without the store. Temporary credentials carry everything it needs. */
  canFindWithoutStore(accessKeyId: string, token: string | undefined): boolean;
  /** Call this only after the signature has been verified, so that forged requests cannot fill the cache. */
  remember(credential: Credential): void;
  /** Whether this server signed exactly this token, byte for byte. Always true for long-term credentials. */
  isGenuine(credential: Credential): boolean;
  close(): void;
}

export interface CredentialsDependencies {
  readonly store: IdentityStore;
  readonly keyRing: KeyRing;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

/** An access key of a user. Whether the user has ended is compared at each use, because nothing changes in the store at that moment. */
interface LongTermCredential extends Credential {
  /** ms since the epoch. */
  readonly disabledFrom: number | undefined;
}

const MAX_CACHED_CREDENTIALS = 10_000;

/** The error for any invalid credential. It does not reveal what is wrong. */
export function invalidClientToken(cause?: unknown): ServiceError {
  return new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', { cause });
}

export function openCredentials({ store, keyRing, feed, clock }: CredentialsDependencies): Credentials {
  const longTerm = new IdentityCache<LongTermCredential>({ feed, clock, limit: MAX_CACHED_CREDENTIALS });
  const temporary = new BoundedCache<string, Credential>(MAX_CACHED_CREDENTIALS);
  const stopListening = keyRing.onChange(() => temporary.clear());

  function recognise(token: string): Credential {
    const recognised = recogniseSessionToken(token, keyRing);
    if (recognised === undefined) throw invalidClientToken();
    const { identity, keys } = recognised;
    const secretAccessKey = temporarySecret(keys, identity.accessKeyId, token);
    return {
      caller: callerOf(identity),
      secretAccessKey,
      expiresAt: identity.session.expiresAt,
      token,
      isRemembered: false,
    };
  }

  async function load(accessKeyId: string, dependOn: (collection: string, key: readonly string[]) => void) {
    const owned = await findAccessKey(store, accessKeyId);
    if (owned === undefined) throw invalidClientToken();
    dependOn(...documentOf(owned.holder));
    // Read again now that we receive changes: an earlier change may have gone unnoticed.
    const current = await findAccessKey(store, accessKeyId);
    if (current === undefined || current.accessKey.status !== 'Active') throw invalidClientToken();
    const secretAccessKey = keyRing.sealer.open(current.accessKey.sealedSecret, accessKeyId).toString('utf8');
    return {
      caller: longTermCaller(current),
      secretAccessKey,
      expiresAt: undefined,
      token: undefined,
      createdAt: current.accessKey.createdAt,
      isRemembered: true,
      disabledFrom: current.holder.disabledFrom,
    };
  }

  function unlessEnded(credential: LongTermCredential): Credential {
    if (hasCome(credential.disabledFrom, clock.now())) throw invalidClientToken();
    return credential;
  }

  return {
    find(accessKeyId, token) {
      if (token !== undefined) {
        const known = temporary.get(memoryKey(token));
        const credential = known?.token === token ? known : recognise(token);
        if (credential.caller.accessKeyId !== accessKeyId) throw invalidClientToken();
        return credential;
      }
      if (accessKeyId.startsWith(ID_PREFIX.temporaryAccessKey)) throw invalidClientToken();
      const known = longTerm.peek(accessKeyId);
      if (known !== undefined) return unlessEnded(known);
      return longTerm.get(accessKeyId, (dependOn) => load(accessKeyId, dependOn)).then(unlessEnded);
    },
    canFindWithoutStore: (accessKeyId, token) => token !== undefined || longTerm.peek(accessKeyId) !== undefined,
    remember(credential) {
      if (credential.isRemembered || credential.token === undefined) return;
      credential.isRemembered = true;
      temporary.set(memoryKey(credential.token), credential);
    },
    isGenuine({ token }) {
      if (token === undefined) return true;
      const recognised = recogniseSessionToken(token, keyRing);
      return recognised !== undefined && hasGenuineSignature(token, recognised.keys);
    },
    close() {
      stopListening();
      longTerm.close();
      temporary.clear();
    },
  };
}

/** Caches tokens by their signature, the last part: hashing a thousand characters for each look-up would cost more. */
function memoryKey(token: string): string {
  return token.slice(-43);
}

function longTermCaller({ accessKey: { accessKeyId }, holder }: OwnedAccessKey): Caller {
  const { accountId, arn, subject, userName, timesDisabled } = holder;
  const caller = { accountId, arn, userId: subject, accessKeyId };
  return userName === undefined
    ? { ...caller, type: 'Account' }
    : { ...caller, type: 'User', uniqueId: subject, userName, timesDisabled };
}
