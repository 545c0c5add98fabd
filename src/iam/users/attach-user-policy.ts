import { AttachUserPolicy$, type AttachUserPolicyCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachOperation } from '../policy-holders/attachment-operations.ts';

/** AttachUserPolicy: attaches a managed policy to a user. */
export function attachUserPolicy(deps: IamDependencies) {
  return attachOperation(deps, {
    schema: AttachUserPolicy$,
    kind: userKind,
    name: (input: Decoded<AttachUserPolicyCommandInput>) => input.UserName,
  });
}
