import {
  CreateLoginProfile$,
  type CreateLoginProfileRequest,
  type CreateLoginProfileResponse,
} from '@aws-sdk/client-iam';
import { createLoginProfile } from '../../identity/passwords/login-profile.ts';
import { createRootPassword } from '../../identity/passwords/root-password.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { loginOperation } from './login-operation.ts';
import { loginProfileOutput } from './login-profile-output.ts';

export function createLoginProfileOperation(
  deps: IamDependencies,
): SignedOperation<CreateLoginProfileRequest, CreateLoginProfileResponse, NamedOrCaller> {
  return loginOperation(deps, {
    schema: CreateLoginProfile$,
    readOnly: false,
    makesCredential: () => true,
    // Also of their own: a thief of an access key could sign in by it, and add a factor.
    givesWayIn: () => true,
    async handle({ input: { Password, PasswordResetRequired }, holder, now }) {
      if (holder.kind === 'root') {
        if (Password !== undefined || PasswordResetRequired === true) {
          throw new ServiceError(
            'ValidationError',
            'A session of AssumeRoot cannot choose the password of the root user: omit Password and PasswordResetRequired.',
          );
        }
        return { LoginProfile: loginProfileOutput(holder, await createRootPassword(deps, { holder, now })) };
      }
      if (Password === undefined) {
        throw new ServiceError(
          'ValidationError',
          "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
        );
      }
      const resetRequired = PasswordResetRequired ?? false;
      const profile = await createLoginProfile(deps, { holder, password: Password, resetRequired, now });
      return { LoginProfile: loginProfileOutput(holder, profile) };
    },
  });
}
