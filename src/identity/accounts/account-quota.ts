import type { Quota } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** A quota as it is in force in an account: AWS's default, or what `SetQuota` made of it. */
export async function accountQuota(
  store: Pick<IdentityStore, 'accounts'>,
  accountId: string,
  quota: Quota,
): Promise<Quota> {
  const account = await store.accounts.get([accountId]);
  return { name: quota.name, limit: account?.quotas?.[quota.name] ?? quota.limit };
}
