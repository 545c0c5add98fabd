import {
  AddRoleToInstanceProfile$,
  DeleteInstanceProfile$,
  type DeleteInstanceProfileRequest,
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  ListInstanceProfileTags$,
  type ListInstanceProfileTagsRequest,
  RemoveRoleFromInstanceProfile$,
  TagInstanceProfile$,
  type TagInstanceProfileRequest,
  UntagInstanceProfile$,
  type UntagInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { InstanceProfile } from '../../identity/documents/instance-profile.ts';
import { addRole, removeRole } from '../../identity/instance-profiles/instance-profile-roles.ts';
import {
  deleteInstanceProfile,
  tagInstanceProfile,
  untagInstanceProfile,
} from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { type NamedRow, namedChange, namedRead, type RequiredKind } from '../../operations/named-operation.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { INSTANCE_PROFILE } from '../resource-kinds.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { createInstanceProfileOperation } from './create-instance-profile.ts';
import { listedInstanceProfile } from './instance-profile-output.ts';
import { listInstanceProfilesOperation } from './list-instance-profiles.ts';
import { listInstanceProfilesForRoleOperation } from './list-instance-profiles-for-role.ts';
import { membershipOperation } from './membership-operation.ts';

/** An operation on the instance profile that `InstanceProfileName` names. */
function instanceProfile<Input extends { InstanceProfileName: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, RequiredKind<InstanceProfile>> {
  return { schema, kind: INSTANCE_PROFILE, name: ({ InstanceProfileName }) => InstanceProfileName ?? '' };
}

/** The operations on instance profiles. */
export function instanceProfileOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createInstanceProfileOperation(deps),
    namedRead(deps, instanceProfile<GetInstanceProfileRequest>(GetInstanceProfile$), async ({ found }) => ({
      InstanceProfile: { ...(await listedInstanceProfile(store, found)), Tags: fromTags(found.tags) },
    })),
    namedChange(deps, instanceProfile<DeleteInstanceProfileRequest>(DeleteInstanceProfile$), {
      change: ({ found }) => deleteInstanceProfile(store, found),
    }),
    listInstanceProfilesOperation(deps),
    listInstanceProfilesForRoleOperation(deps),
    membershipOperation(deps, {
      schema: AddRoleToInstanceProfile$,
      passesRole: true,
      handle: (profile, role) => addRole(store, profile, role),
    }),
    membershipOperation(deps, {
      schema: RemoveRoleFromInstanceProfile$,
      passesRole: false,
      handle: (profile, role) => removeRole(store, profile, role),
    }),
    namedChange(deps, instanceProfile<TagInstanceProfileRequest>(TagInstanceProfile$), {
      keys: taggingKeys,
      change: ({ input, found }) => tagInstanceProfile(store, found, toTags(input.Tags)),
    }),
    namedChange(deps, instanceProfile<UntagInstanceProfileRequest>(UntagInstanceProfile$), {
      keys: untaggingKeys,
      change: ({ input, found }) => untagInstanceProfile(store, found, input.TagKeys),
    }),
    namedRead(deps, instanceProfile<ListInstanceProfileTagsRequest>(ListInstanceProfileTags$), ({ input, found }) =>
      tagsOutput(found.tags, input),
    ),
  ];
}
