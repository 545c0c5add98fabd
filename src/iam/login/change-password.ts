import { ChangePassword$, type ChangePasswordRequest } from '@aws-sdk/client-iam';
import { letsUsersChangePasswords } from '../../identity/accounts/password-policy.ts';
import { changeOwnPassword } from '../../identity/passwords/login-profile.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type NamedOrCaller, namedOrCaller } from '../users/named-or-caller.ts';

/**
 * ChangePassword: changes the caller's own password. The resource is the calling user. The account's password policy may allow this for all
 * users.
 */
export function changePasswordOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<ChangePasswordRequest>, NoOutput, NamedOrCaller> {
  return signedOperation({
    schema: ChangePassword$,
    readOnly: false,
    async authorize(_input, { caller }) {
      if (caller.type !== 'User') {
        throw new ServiceError(IAM_ERRORS.InvalidUserType, 'Only IAM Users can change their own password');
      }
      const about = { action: actionOf(ChangePassword$), userName: undefined, caller };
      const { target, subject } = await namedOrCaller(deps, about);
      return {
        targets: [{ ...target, grantedByAccount: await letsUsersChangePasswords(deps.store, caller.accountId) }],
        subject,
      };
    },
    async handle({ OldPassword, NewPassword }, { caller, source, now }) {
      if (caller.type !== 'User') return {};
      await changeOwnPassword(deps, {
        user: { userId: caller.uniqueId, userName: caller.userName },
        oldPassword: OldPassword,
        newPassword: NewPassword,
        ip: source.ip,
        factorVerified: caller.session?.mfaAuthenticatedAt !== undefined,
        now,
      });
      return {};
    },
  });
}
