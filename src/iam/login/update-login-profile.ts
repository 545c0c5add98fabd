import { UpdateLoginProfile$, type UpdateLoginProfileRequest } from '@aws-sdk/client-iam';
import { updateLoginProfile } from '../../identity/passwords/login-profile.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { loginOperation } from './login-operation.ts';

export function updateLoginProfileOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<UpdateLoginProfileRequest>, NoOutput, NamedOrCaller> {
  return loginOperation(deps, {
    schema: UpdateLoginProfile$,
    readOnly: false,
    makesCredential: () => true,
    // Also of their own: a thief of an access key could sign in by it, and add a factor.
    givesWayIn: () => true,
    async handle({ input: { Password, PasswordResetRequired }, holder, now }) {
      await updateLoginProfile(deps, { holder, password: Password, resetRequired: PasswordResetRequired, now });
      return {};
    },
  });
}
