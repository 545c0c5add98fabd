import { TagInstanceProfile$, type TagInstanceProfileRequest } from '@aws-sdk/client-iam';
import { tagInstanceProfile as putTags } from '../../identity/instance-profiles/manage-instance-profiles.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';

export function tagInstanceProfile(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<TagInstanceProfileRequest>, NoOutput>(deps, {
    schema: TagInstanceProfile$,
    readOnly: false,
    keys: ({ Tags }) => ({ requestTags: toTags(Tags) ?? [] }),
    async handle({ input, profile }) {
      await putTags(deps.store, profile, toTags(input.Tags) ?? []);
      return {};
    },
  });
}
