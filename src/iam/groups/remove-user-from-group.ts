import { RemoveUserFromGroup$, type RemoveUserFromGroupCommandInput } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/groups/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { removeUserFromGroup as changeMembership } from '../../identity/groups/membership.ts';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** RemoveUserFromGroup: takes a user out of a group. Only the group is a resource to be allowed. */
export function removeUserFromGroup(deps: IamDependencies) {
  return holderOperation<Decoded<RemoveUserFromGroupCommandInput>, NoOutput, Group>(deps, {
    schema: RemoveUserFromGroup$,
    readOnly: false,
    kind: groupKind,
    name: (input) => input.GroupName,
    async handle({ input, holder, call }) {
      const { accountId } = call.caller;
      const user = await findHolder(userKind, deps.store, { accountId, name: input.UserName });
      if (!user) throw noSuchHolder('user', input.UserName);
      await changeMembership(deps.store, user, holder);
      return {};
    },
  });
}
