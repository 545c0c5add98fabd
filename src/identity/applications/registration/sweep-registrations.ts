import type { Application } from '../../documents/application.ts';
import type { IdentityStore } from '../../store/identity-store.ts';

/** How long initial access tokens that can no longer be used stay listed, in ms. */
const EXPIRED_TOKENS_MS = 30 * 24 * 3_600_000;
/** How many of each kind are removed at a time. */
const MOST_AT_ONCE = 1000;

/** When applications that registered themselves are removed, in ms. */
export interface RegistrationLifetimes {
  /** After the last use. Longer than any grant lives, so that none of them has a live one. */
  readonly unusedMs: number;
  /** After the registration, if it was never used. */
  readonly neverUsedMs: number;
}

interface SweepDependencies {
  readonly store: Pick<IdentityStore, 'registeredApplications' | 'initialAccessTokens'>;
  readonly lifetimes: RegistrationLifetimes;
}

/** Stops a removal: the application was used meanwhile. */
class InUse extends Error {}

/**
 * Removes the applications that registered themselves and were not used for a long time, and initial access tokens that expired long ago.
 * Several processes may do so at once.
 * @returns those that this call has removed.
 */
export async function sweepRegistrations(
  { store, lifetimes }: SweepDependencies,
  now: number,
): Promise<readonly Application[]> {
  const removed = [
    ...(await removeUnused(store, { isUsed: false, before: now - lifetimes.neverUsedMs })),
    ...(await removeUnused(store, { isUsed: true, before: now - lifetimes.unusedMs })),
  ];
  const old = await store.initialAccessTokens.find('byExpiry', [], {
    below: now - EXPIRED_TOKENS_MS,
    limit: MOST_AT_ONCE,
  });
  for (const { accountId, tokenId } of old.items) await store.initialAccessTokens.remove([accountId, tokenId]);
  return removed;
}

async function removeUnused(
  { registeredApplications }: Pick<IdentityStore, 'registeredApplications'>,
  { isUsed, before }: { readonly isUsed: boolean; readonly before: number },
): Promise<readonly Application[]> {
  const removed: Application[] = [];
  const { items } = await registeredApplications.find('byLastUse', [isUsed], { below: before, limit: MOST_AT_ONCE });
  for (const { accountId, applicationId } of items) {
    try {
      const gone = await registeredApplications.remove([accountId, applicationId], ({ registration }) => {
        if (registration?.isUsed !== isUsed || registration.lastUsedAt >= before) throw new InUse();
      });
      if (gone !== undefined) removed.push(gone);
    } catch (error) {
      if (!(error instanceof InUse)) throw error;
    }
  }
  return removed;
}
