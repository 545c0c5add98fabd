import { firstAccountId } from '../../identity/first-start/first-account.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Settings } from './settings.ts';

/** Tells which accounts may create organizations, and which is the first. That one stays the same, so it is looked up once. */
export function organizationCreators(
  store: Pick<IdentityStore, 'accounts'>,
  { createdBy }: Settings['organizations'],
): {
  readonly mayCreate: (accountId: string) => Promise<boolean>;
  readonly isFirstAccount: (accountId: string) => Promise<boolean>;
} {
  let first: string | undefined;
  const isFirstAccount = async (accountId: string): Promise<boolean> => {
    first ??= await firstAccountId(store);
    return accountId === first;
  };
  return { isFirstAccount, mayCreate: async (id) => createdBy === 'every-account' || (await isFirstAccount(id)) };
}
