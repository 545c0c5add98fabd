import { GetAccountPasswordPolicy$, type GetAccountPasswordPolicyResponse } from '@aws-sdk/client-iam';
import { getPasswordPolicy, letsUsersChangePasswords } from '../../identity/accounts/password-policy.ts';
import type { PasswordPolicy } from '../../identity/documents/account.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** GetAccountPasswordPolicy. Leaves out settings that limit nothing (a password age or a number of former passwords of 0), as AWS does. */
export function getAccountPasswordPolicyOperation({
  store,
}: IamDependencies): SignedOperation<object, GetAccountPasswordPolicyResponse, undefined> {
  return signedOperation({
    schema: GetAccountPasswordPolicy$,
    readOnly: true,
    // Users who may change their password may know its requirements.
    async authorize(_input, { caller }) {
      const isAllowed = caller.type === 'User' && (await letsUsersChangePasswords(store, caller.accountId));
      return onAccount(GetAccountPasswordPolicy$, caller.accountId, { grantedByAccount: isAllowed });
    },
    async handle(_input, { caller }) {
      const policy = await getPasswordPolicy(store, caller.accountId);
      return {
        PasswordPolicy: {
          MinimumPasswordLength: policy.minimumPasswordLength,
          RequireSymbols: policy.requireSymbols,
          RequireNumbers: policy.requireNumbers,
          RequireUppercaseCharacters: policy.requireUppercaseCharacters,
          RequireLowercaseCharacters: policy.requireLowercaseCharacters,
          AllowUsersToChangePassword: policy.allowUsersToChangePassword,
          ExpirePasswords: policy.maxPasswordAge > 0,
          ...(policy.maxPasswordAge > 0 ? { MaxPasswordAge: policy.maxPasswordAge } : {}),
          ...(policy.passwordReusePrevention > 0 ? { PasswordReusePrevention: policy.passwordReusePrevention } : {}),
          ...(showsHardExpiry(policy) ? { HardExpiry: policy.hardExpiry } : {}),
        },
      };
    },
  });
}

/** `HardExpiry` is absent if it was never set and passwords do not expire [aws-behaviour 29]. */
function showsHardExpiry({ hardExpiry, isHardExpirySet, maxPasswordAge }: PasswordPolicy): boolean {
  return hardExpiry || isHardExpirySet === true || maxPasswordAge > 0;
}
