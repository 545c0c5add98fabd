import { RemoveRoleFromInstanceProfile$ } from '@aws-sdk/client-iam';
import { removeRole } from '../../identity/instance-profiles/instance-profile-roles.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { membershipOperation } from './membership-operation.ts';

export function removeRoleFromInstanceProfile(deps: IamDependencies) {
  return membershipOperation(deps, {
    schema: RemoveRoleFromInstanceProfile$,
    passesRole: false,
    handle: (profile, role) => removeRole(deps.store, profile, role),
  });
}
