import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { addRoleToInstanceProfile } from './add-role-to-instance-profile.ts';
import { createInstanceProfile } from './create-instance-profile.ts';
import { deleteInstanceProfile } from './delete-instance-profile.ts';
import { getInstanceProfile } from './get-instance-profile.ts';
import { listInstanceProfileTags } from './list-instance-profile-tags.ts';
import { listInstanceProfiles } from './list-instance-profiles.ts';
import { listInstanceProfilesForRole } from './list-instance-profiles-for-role.ts';
import { removeRoleFromInstanceProfile } from './remove-role-from-instance-profile.ts';
import { tagInstanceProfile } from './tag-instance-profile.ts';
import { untagInstanceProfile } from './untag-instance-profile.ts';

/** The operations on instance profiles. */
export function instanceProfileOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createInstanceProfile(deps),
    getInstanceProfile(deps),
    deleteInstanceProfile(deps),
    listInstanceProfiles(deps),
    listInstanceProfilesForRole(deps),
    addRoleToInstanceProfile(deps),
    removeRoleFromInstanceProfile(deps),
    tagInstanceProfile(deps),
    untagInstanceProfile(deps),
    listInstanceProfileTags(deps),
  ];
}
