import { RemoveUserFromGroup$, type RemoveUserFromGroupCommandInput } from '@aws-sdk/client-iam';
import { removeUserFromGroup as change } from '../../identity/groups/membership.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { membershipOperation } from './membership-operation.ts';

/** RemoveUserFromGroup: takes a user out of a group. */
export function removeUserFromGroup(deps: IamDependencies) {
  return membershipOperation<Decoded<RemoveUserFromGroupCommandInput>>(deps, {
    schema: RemoveUserFromGroup$,
    missedFirst: 'user',
    change,
  });
}
