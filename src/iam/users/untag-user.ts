import { UntagUser$, type UntagUserCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { untagOperation } from '../policy-holders/tag-operations.ts';

/** UntagUser: takes tags off a user. */
export function untagUser(deps: IamDependencies) {
  return untagOperation(deps, {
    schema: UntagUser$,
    kind: userKind,
    name: (input: Decoded<UntagUserCommandInput>) => input.UserName,
  });
}
