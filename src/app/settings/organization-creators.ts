import { firstAccountId } from '../../identity/first-start/first-account.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Settings } from './settings.ts';

/** Tells which accounts may create organizations. The first account stays the same, so it is looked up once. */
export function organizationCreators(
  store: Pick<IdentityStore, 'accounts'>,
  { createdBy }: Settings['organizations'],
): (accountId: string) => Promise<boolean> {
  let first: string | undefined;
  return async (accountId) => {
    if (createdBy === 'every-account') return true;
    first ??= await firstAccountId(store);
    return accountId === first;
  };
}
