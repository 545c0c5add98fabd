import { UntagInstanceProfile$, type UntagInstanceProfileRequest } from '@aws-sdk/client-iam';
import { untagInstanceProfile as removeTags } from '../../identity/instance-profiles/manage-instance-profiles.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';

export function untagInstanceProfile(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<UntagInstanceProfileRequest>, NoOutput>(deps, {
    schema: UntagInstanceProfile$,
    readOnly: false,
    keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ input, profile }) {
      await removeTags(deps.store, profile, input.TagKeys);
      return {};
    },
  });
}
