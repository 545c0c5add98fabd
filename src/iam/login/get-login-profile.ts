import { GetLoginProfile$, type GetLoginProfileRequest, type GetLoginProfileResponse } from '@aws-sdk/client-iam';
import { requireLoginProfile } from '../../identity/passwords/login-profile.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { loginOperation } from './login-operation.ts';
import { loginProfileOutput } from './login-profile-output.ts';

export function getLoginProfileOperation(
  deps: IamDependencies,
): SignedOperation<GetLoginProfileRequest, GetLoginProfileResponse, NamedOrCaller> {
  return loginOperation(deps, {
    schema: GetLoginProfile$,
    readOnly: true,
    handle: ({ holder }) => ({ LoginProfile: loginProfileOutput(holder, requireLoginProfile(holder)) }),
  });
}
