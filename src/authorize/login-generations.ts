import { generationOf, type LoginStamp } from '../identity/credentials/login-generation.ts';
import type { IdentityCache } from '../identity/store/identity-cache.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { accountIdOf } from '../kernel/ids.ts';
import type { Loader } from './gather-policies.ts';

/** The generation of a user who is gone or may no longer sign in; no login has it. */
const NOBODY = -1;

/**
 * Whether the login that opened a role session is still valid (`AssumeRoleWithWebIdentity` with an ID token of this
 * server). Checked on every call of such a session and cached like policies, so it does not wait in the steady state.
 */
export function isLoginValid(
  { store, generations }: { readonly store: IdentityStore; readonly generations: IdentityCache<number> },
  { subject, generation }: LoginStamp,
): boolean | Promise<boolean> {
  const known = generations.peek(subject);
  if (known !== undefined) return known === generation;
  return generations
    .get(subject, (dependOn) => loadGeneration({ store, dependOn }, subject))
    .then((loaded) => loaded === generation);
}

async function loadGeneration({ store, dependOn }: Loader, subject: string): Promise<number> {
  const accountId = accountIdOf(subject);
  if (accountId !== undefined) {
    dependOn('users', [accountId, subject]);
    const user = await store.users.get([accountId, subject]);
    return user?.loginProfile === undefined ? NOBODY : generationOf(user);
  }
  dependOn('accounts', [subject]);
  const account = await store.accounts.get([subject]);
  return account === undefined ? NOBODY : generationOf(account.root);
}
