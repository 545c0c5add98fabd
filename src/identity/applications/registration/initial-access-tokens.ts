import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import { hashedId } from '../../../keys/hashed-id.ts';
import type { InitialAccessToken } from '../../documents/applications/initial-access-token.ts';
import { isDisabledAt } from '../../documents/user.ts';
import type { IdentityStore } from '../../store/identity-store.ts';

/** How many an account may have, with those that have expired. */
export const INITIAL_ACCESS_TOKENS_PER_ACCOUNT = 200;
/** Marks the token in logs and secret scanners. */
const PREFIX = 'rcreg_';

type Store = Pick<IdentityStore, 'accounts' | 'initialAccessTokens' | 'roles' | 'users'>;

interface TokenDependencies {
  readonly store: Pick<IdentityStore, 'initialAccessTokens'>;
  readonly clock: Clock;
  readonly random: Random;
}

type NewToken = Pick<InitialAccessToken, 'accountId' | 'createdBy' | 'uses'> & {
  readonly description?: string | undefined;
  readonly lifetimeMs: number;
};

/** Creates a token. The text of it is not stored, so this is the only time that it can be shown. */
export async function createInitialAccessToken(
  { store, clock, random }: TokenDependencies,
  { lifetimeMs, description, uses, ...token }: NewToken,
): Promise<{ readonly created: InitialAccessToken; readonly text: string }> {
  const text = `${PREFIX}${random.bytes(32).toString('base64url')}`;
  const createdAt = clock.now();
  const created: InitialAccessToken = {
    ...token,
    ...(description !== undefined && { description }),
    tokenId: `iat-${random.bytes(10).toString('hex')}`,
    hash: hashedId(text),
    createdAt,
    expiresAt: createdAt + lifetimeMs,
    uses,
    usesLeft: uses,
  };
  await store.initialAccessTokens.insert(created);
  return { created, text };
}

/** Whether a token can still be used, apart from who created it. */
export function isUsable({ expiresAt, usesLeft }: InitialAccessToken, now: number): boolean {
  return usesLeft > 0 && now < expiresAt;
}

/** Finds a token that can be used now, whose creator still exists and is enabled. @param hash of its text. */
export async function findInitialAccessToken(
  store: Store,
  hash: string,
  now: number,
): Promise<InitialAccessToken | undefined> {
  const [found] = (await store.initialAccessTokens.find('byHash', [hash], { limit: 1 })).items;
  if (found === undefined || !isUsable(found, now)) return undefined;
  return (await isCreatorThere(store, found, now)) ? found : undefined;
}

async function isCreatorThere(
  store: Store,
  { accountId, createdBy }: InitialAccessToken,
  now: number,
): Promise<boolean> {
  const { kind, uniqueId } = createdBy;
  if (kind === 'account') return (await store.accounts.get([accountId])) !== undefined;
  if (kind === 'role') return (await store.roles.get([accountId, uniqueId])) !== undefined;
  const user = await store.users.get([accountId, uniqueId]);
  return user !== undefined && !isDisabledAt(user, now);
}

/** Stops a write: the token was used up or revoked meanwhile. */
class UsedUp extends Error {}

/**
 * INVARIANT: of several concurrent uses of the last one, exactly one succeeds.
 * @returns whether a use was taken.
 */
export async function takeUse(
  { initialAccessTokens }: Pick<IdentityStore, 'initialAccessTokens'>,
  { accountId, tokenId }: Pick<InitialAccessToken, 'accountId' | 'tokenId'>,
  now: number,
): Promise<boolean> {
  try {
    const taken = await initialAccessTokens.update([accountId, tokenId], (old) => {
      if (!isUsable(old, now)) throw new UsedUp();
      return { ...old, usesLeft: old.usesLeft - 1, lastUsedAt: now };
    });
    return taken !== undefined;
  } catch (error) {
    if (error instanceof UsedUp) return false;
    throw error;
  }
}
