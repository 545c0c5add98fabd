import {
  ListInstanceProfileTags$,
  type ListInstanceProfileTagsRequest,
  type ListInstanceProfileTagsResponse,
} from '@aws-sdk/client-iam';
import { listTags } from '../../identity/rules/merge-tags.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { fromTags } from '../tag-output.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';

export function listInstanceProfileTags(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<ListInstanceProfileTagsRequest>, ListInstanceProfileTagsResponse>(deps, {
    schema: ListInstanceProfileTags$,
    readOnly: true,
    handle({ input, profile }) {
      const page = listTags(profile.tags, pageRequest(input));
      return { Tags: fromTags(page.items), ...truncation(page) };
    },
  });
}
