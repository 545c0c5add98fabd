import {
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  type GetInstanceProfileResponse,
} from '@aws-sdk/client-iam';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';
import { instanceProfileOutput } from './instance-profile-output.ts';

export function getInstanceProfile(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<GetInstanceProfileRequest>, GetInstanceProfileResponse>(deps, {
    schema: GetInstanceProfile$,
    readOnly: true,
    handle: async ({ profile }) => ({ InstanceProfile: await instanceProfileOutput(deps.store, profile) }),
  });
}
