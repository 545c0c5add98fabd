import type { User } from '../documents/user.ts';
import type { RenamableKind } from '../policy-holder/holder-kind.ts';
import { QUOTAS } from '../rules/quotas.ts';

/** Users as policy holders. */
export const userKind: RenamableKind<User> = {
  type: 'user',
  collection: (store) => store.users,
  keyOf: (user) => [user.accountId, user.userId],
  nameOf: (user) => user.userName,
  renamed: (user, { name, nameKey, path }) => ({ ...user, userName: name, nameKey, path }),
  perAccount: QUOTAS.usersPerAccount,
  attachedPolicies: QUOTAS.policiesPerUser,
};
