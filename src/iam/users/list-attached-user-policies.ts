import { ListAttachedUserPolicies$, type ListAttachedUserPoliciesCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listAttachedOperation } from '../policy-holders/attachment-operations.ts';

/** ListAttachedUserPolicies: the managed policies on a user. */
export function listAttachedUserPolicies(deps: IamDependencies) {
  return listAttachedOperation(deps, {
    schema: ListAttachedUserPolicies$,
    kind: userKind,
    name: (input: Decoded<ListAttachedUserPoliciesCommandInput>) => input.UserName,
  });
}
