import type { StaticOperationSchema } from '@smithy/types';
import type { Group } from '../../identity/groups/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { IdentityStore } from '../../identity/identity-store.ts';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { User } from '../../identity/users/user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { changeOperation } from '../policy-holders/holder-row.ts';

/** AddUserToGroup, RemoveUserFromGroup. Only the group is a resource to be allowed. */
export function membershipOperation<Input extends { GroupName: string; UserName: string }>(
  { store }: IamDependencies,
  schema: StaticOperationSchema,
  change: (store: IdentityStore, user: User, group: Group) => Promise<void>,
) {
  const row = { schema, kind: groupKind, name: (input: Input) => input.GroupName };
  return changeOperation({ store }, row, {
    async change({ input: { UserName }, holder, call }) {
      const user = await findHolder(userKind, store, { accountId: call.caller.accountId, name: UserName });
      if (!user) throw noSuchHolder('user', UserName);
      await change(store, user, holder);
    },
  });
}
