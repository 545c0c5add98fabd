import type { Account } from '../documents/account.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** Records which version of session tokens the account wants from the global endpoint of STS. It has no effect here. */
export async function setTokenVersion(
  store: Pick<IdentityStore, 'accounts'>,
  accountId: string,
  globalEndpointTokenVersion: NonNullable<Account['globalEndpointTokenVersion']>,
): Promise<void> {
  await store.accounts.update([accountId], (old) => ({ ...old, globalEndpointTokenVersion }));
}
