import { AddUserToGroup$, type AddUserToGroupCommandInput } from '@aws-sdk/client-iam';
import { addUserToGroup as change } from '../../identity/groups/membership.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { membershipOperation } from './membership-operation.ts';

/** AddUserToGroup: puts a user into a group. */
export function addUserToGroup(deps: IamDependencies) {
  return membershipOperation<Decoded<AddUserToGroupCommandInput>>(deps, {
    schema: AddUserToGroup$,
    missedFirst: 'group',
    change,
  });
}
