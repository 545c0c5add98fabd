import { AddRoleToInstanceProfile$ } from '@aws-sdk/client-iam';
import { addRole } from '../../identity/instance-profiles/instance-profile-roles.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { membershipOperation } from './membership-operation.ts';

export function addRoleToInstanceProfile(deps: IamDependencies) {
  return membershipOperation(deps, {
    schema: AddRoleToInstanceProfile$,
    passesRole: true,
    handle: (profile, role) => addRole(deps.store, profile, role),
  });
}
