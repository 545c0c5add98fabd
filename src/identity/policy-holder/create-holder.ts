import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import { requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { type HolderKind, holderExists, type PolicyHolder } from './holder-kind.ts';

/** How many unique ids to try. With 40 random bits, a second collision does not happen. */
const ATTEMPTS = 3;

/**
 * Stores a new user, group or role. An index guarantees that its name is unique. The number per account is only counted beforehand, so
 * concurrent creations may exceed that quota.
 * @param make creates the document, with a new unique id each time.
 * @throws {ServiceError} LimitExceeded, EntityAlreadyExists.
 */
export async function createHolder<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { accountId, make }: { accountId: string; make: () => Holder },
): Promise<Holder> {
  const collection = kind.collection(store);
  let holder = make();
  if (kind.isUncounted?.(holder) !== true) await requireRoom(kind, store, accountId);
  for (let attempt = 1; ; attempt++) {
    if (attempt > 1) holder = make();
    await kind.requireName?.(store, holder);
    try {
      await collection.insert(holder);
      return holder;
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      if (error.index === 'byName') throw holderExists(kind.type, kind.nameOf(holder));
      if (error.index !== 'key' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** @throws {ServiceError} LimitExceeded if the account has as many of this kind as it may have. */
export async function requireRoom<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  accountId: string,
): Promise<void> {
  const quota = await accountQuota(store, accountId, kind.perAccount);
  const { isUncounted } = kind;
  let count = await kind.collection(store).count('byName', [accountId], { limit: quota.limit });
  // Only an account with many looks closer.
  if (count >= quota.limit && isUncounted !== undefined) {
    const holders = await readWholeIndex(kind.collection(store), 'byName', [accountId]);
    count = holders.filter((holder) => !isUncounted(holder)).length;
  }
  requireWithin(quota, count + 1);
}
