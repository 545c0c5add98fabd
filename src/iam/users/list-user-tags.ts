import { ListUserTags$, type ListUserTagsCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listTagsOperation } from '../policy-holders/tag-operations.ts';

/** ListUserTags: the tags of a user. */
export function listUserTags(deps: IamDependencies) {
  return listTagsOperation(deps, {
    schema: ListUserTags$,
    kind: userKind,
    name: (input: Decoded<ListUserTagsCommandInput>) => input.UserName,
  });
}
