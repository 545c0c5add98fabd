import { ServiceError } from '../../kernel/service-error.ts';
import { addressOwner } from '../credentials/address-owner.ts';
import type { User } from '../documents/user.ts';
import type { RenamableKind } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/**
 * Refuses a name that is the address of another person in the account. AWS has no such rule, because it has one sign-in page for root
 * users and one for users, who have no addresses there.
 */
async function requireNoAddress(store: IdentityStore, { accountId, userId, userName }: User): Promise<void> {
  if (!userName.includes('@')) return;
  const owner = await addressOwner(store, { accountId, text: userName });
  if (owner === undefined || owner.subject === userId) return;
  const whom = owner.kind === 'root' ? "the account's root user" : 'another user';
  throw new ServiceError(
    IAM_ERRORS.EntityAlreadyExists,
    `User with name ${userName} cannot exist: ${whom} signs in with this e-mail address. Choose another name.`,
  );
}

/** Users as policy holders. */
export const userKind: RenamableKind<User> = {
  type: 'user',
  collection: (store) => store.users,
  keyOf: (user) => [user.accountId, user.userId],
  nameOf: (user) => user.userName,
  requireName: requireNoAddress,
  renamed: (user, { name, nameKey, path, now }) => ({
    ...user,
    ...{ userName: name, nameKey, path },
    ...(name !== user.userName && now !== undefined && { claimsUpdatedAt: now }),
  }),
  perAccount: QUOTAS.usersPerAccount,
  attachedPolicies: QUOTAS.policiesPerUser,
};
