import {
  CreateInstanceProfile$,
  type CreateInstanceProfileRequest,
  type CreateInstanceProfileResponse,
  TagInstanceProfile$,
} from '@aws-sdk/client-iam';
import {
  createInstanceProfile,
  instanceProfileArn,
} from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { instanceProfileOutput } from './instance-profile-output.ts';

type Input = Decoded<CreateInstanceProfileRequest>;

export function createInstanceProfileOperation(
  deps: IamDependencies,
): SignedOperation<Input, CreateInstanceProfileResponse, undefined> {
  return signedOperation({
    schema: CreateInstanceProfile$,
    readOnly: false,
    authorize({ InstanceProfileName, Path, Tags }, { caller: { accountId } }) {
      return onNewResource(CreateInstanceProfile$, TagInstanceProfile$, {
        resourceAccountId: accountId,
        resource: instanceProfileArn(accountId, Path ?? '/', InstanceProfileName),
        requestTags: toTags(Tags) ?? [],
      });
    },
    async handle({ InstanceProfileName, Path, Tags }, { now, caller: { accountId } }) {
      const tags = toTags(Tags) ?? [];
      const input = { accountId, name: InstanceProfileName, path: Path ?? '/', tags, now };
      const profile = await createInstanceProfile(deps, input);
      return { InstanceProfile: await instanceProfileOutput(deps.store, profile) };
    },
  });
}
