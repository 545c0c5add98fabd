import { UpdateAccountPasswordPolicy$, type UpdateAccountPasswordPolicyRequest } from '@aws-sdk/client-iam';
import { setPasswordPolicy } from '../../identity/accounts/password-policy.ts';
import type { PasswordPolicy } from '../../identity/documents/account.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The settings, by their names on the wire. */
const SETTINGS = {
  MinimumPasswordLength: 'minimumPasswordLength',
  RequireSymbols: 'requireSymbols',
  RequireNumbers: 'requireNumbers',
  RequireUppercaseCharacters: 'requireUppercaseCharacters',
  RequireLowercaseCharacters: 'requireLowercaseCharacters',
  AllowUsersToChangePassword: 'allowUsersToChangePassword',
  MaxPasswordAge: 'maxPasswordAge',
  PasswordReusePrevention: 'passwordReusePrevention',
  HardExpiry: 'hardExpiry',
} as const satisfies Record<keyof UpdateAccountPasswordPolicyRequest, keyof PasswordPolicy>;

export function updateAccountPasswordPolicyOperation({
  store,
}: IamDependencies): SignedOperation<UpdateAccountPasswordPolicyRequest, NoOutput, undefined> {
  return signedOperation({
    schema: UpdateAccountPasswordPolicy$,
    readOnly: false,
    authorize: (_input, { caller }) => onAccount(UpdateAccountPasswordPolicy$, caller.accountId),
    async handle(input, { caller }) {
      const named = Object.entries(SETTINGS)
        .map(([member, setting]) => [setting, input[member as keyof typeof SETTINGS]] as const)
        .filter(([, value]) => value !== undefined);
      await setPasswordPolicy(store, caller.accountId, Object.fromEntries(named));
      return {};
    },
  });
}
