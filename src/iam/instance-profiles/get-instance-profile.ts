import {
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  type GetInstanceProfileResponse,
} from '@aws-sdk/client-iam';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { fromTags } from '../tag-output.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';
import { listedInstanceProfile } from './instance-profile-output.ts';

export function getInstanceProfile(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<GetInstanceProfileRequest>, GetInstanceProfileResponse>(deps, {
    schema: GetInstanceProfile$,
    readOnly: true,
    async handle({ profile }) {
      const Tags = fromTags(profile.tags);
      return { InstanceProfile: { ...(await listedInstanceProfile(deps.store, profile)), Tags } };
    },
  });
}
