import type { StaticOperationSchema } from '@smithy/types';
import type { Group } from '../../identity/documents/group.ts';
import type { User } from '../../identity/documents/user.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf, namedTarget } from '../policy-holders/holder-operation.ts';

/** What tells AddUserToGroup and RemoveUserFromGroup apart. */
interface MembershipRow {
  readonly schema: StaticOperationSchema;
  /** Which of two missing entities the error names [AWS-FACTS 26]. */
  readonly missedFirst: 'user' | 'group';
  change(store: IdentityStore, user: User, group: Group): Promise<void>;
}

/** AddUserToGroup, RemoveUserFromGroup. Only the group is a resource to be allowed. */
export function membershipOperation<Input extends { GroupName: string; UserName: string }>(
  { store }: IamDependencies,
  { schema, missedFirst, change }: MembershipRow,
): SignedOperation<Input, NoOutput, Group | undefined> {
  return signedOperation({
    schema,
    readOnly: false,
    async authorize({ GroupName: name }, { caller: { accountId } }) {
      const group = await findHolder(groupKind, store, { accountId, name });
      return {
        targets: [namedTarget(groupKind, { action: actionOf(schema), accountId, name, holder: group })],
        subject: group,
      };
    },
    async handle({ GroupName, UserName }, { caller: { accountId } }, group) {
      const noGroup = () => noSuchHolder('group', GroupName);
      if (group === undefined && missedFirst === 'group') throw noGroup();
      const user = await findHolder(userKind, store, { accountId, name: UserName });
      if (user === undefined) throw noSuchHolder('user', UserName);
      if (group === undefined) throw noGroup();
      await change(store, user, group);
      return {};
    },
  });
}
