import { ListUserPolicies$, type ListUserPoliciesCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listPoliciesOperation } from '../policy-holders/inline-policy-operations.ts';

/** ListUserPolicies: the names of a user's inline policies. */
export function listUserPolicies(deps: IamDependencies) {
  return listPoliciesOperation(deps, {
    schema: ListUserPolicies$,
    kind: userKind,
    name: (input: Decoded<ListUserPoliciesCommandInput>) => input.UserName,
  });
}
