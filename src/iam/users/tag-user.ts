import { TagUser$, type TagUserCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagOperation } from '../policy-holders/tag-operations.ts';

/** TagUser: adds tags to a user. */
export function tagUser(deps: IamDependencies) {
  return tagOperation(deps, {
    schema: TagUser$,
    kind: userKind,
    name: (input: Decoded<TagUserCommandInput>) => input.UserName,
  });
}
