import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { addUserToGroup } from './add-user-to-group.ts';
import { attachGroupPolicy } from './attach-group-policy.ts';
import { createGroup } from './create-group.ts';
import { deleteGroup } from './delete-group.ts';
import { deleteGroupPolicy } from './delete-group-policy.ts';
import { detachGroupPolicy } from './detach-group-policy.ts';
import { getGroup } from './get-group.ts';
import { getGroupPolicy } from './get-group-policy.ts';
import { listAttachedGroupPolicies } from './list-attached-group-policies.ts';
import { listGroupPolicies } from './list-group-policies.ts';
import { listGroups } from './list-groups.ts';
import { listGroupsForUser } from './list-groups-for-user.ts';
import { putGroupPolicy } from './put-group-policy.ts';
import { removeUserFromGroup } from './remove-user-from-group.ts';
import { updateGroup } from './update-group.ts';

/** The operations on groups. */
export function groupOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    addUserToGroup(deps),
    attachGroupPolicy(deps),
    createGroup(deps),
    deleteGroupPolicy(deps),
    deleteGroup(deps),
    detachGroupPolicy(deps),
    getGroupPolicy(deps),
    getGroup(deps),
    listAttachedGroupPolicies(deps),
    listGroupPolicies(deps),
    listGroupsForUser(deps),
    listGroups(deps),
    putGroupPolicy(deps),
    removeUserFromGroup(deps),
    updateGroup(deps),
  ];
}
