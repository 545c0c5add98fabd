import type { StaticOperationSchema } from '@smithy/types';
import type { Group } from '../../identity/documents/group.ts';
import type { User } from '../../identity/documents/user.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { GROUP, USER } from '../resource-kinds.ts';

/** What distinguishes AddUserToGroup from RemoveUserFromGroup. */
interface MembershipRow {
  readonly schema: StaticOperationSchema;
  /** Which entity the error names if both are missing [aws-behaviour 26]. */
  readonly missedFirst: 'user' | 'group';
  /** Whether it adds a member. */
  readonly joins: boolean;
  change(store: IdentityStore, user: User, group: Group): Promise<void>;
}

/** AddUserToGroup, RemoveUserFromGroup. Only the group is authorised as a resource. */
export function membershipOperation<Input extends { GroupName: string; UserName: string }>(
  { store }: IamDependencies,
  { schema, missedFirst, joins, change }: MembershipRow,
): SignedOperation<Input, NoOutput, Group | undefined> {
  return signedOperation({
    schema,
    readOnly: false,
    async authorize({ GroupName: name }, { caller: { accountId } }) {
      const named = { accountId, name };
      const group = await GROUP.find(store, named);
      const target = namedTarget(GROUP, { action: actionOf(schema), named, found: group });
      const isPrivileged = joins && group?.isPrivileged === true;
      return { targets: [isPrivileged ? { ...target, isPrivileged } : target], subject: group };
    },
    async handle({ GroupName, UserName }, { caller: { accountId } }, group) {
      const noGroup = () => GROUP.notFound(GroupName);
      if (group === undefined && missedFirst === 'group') throw noGroup();
      const user = await USER.find(store, { accountId, name: UserName });
      if (user === undefined) throw USER.notFound(UserName);
      if (group === undefined) throw noGroup();
      await change(store, user, group);
      return {};
    },
  });
}
