import { UpdateAccountPasswordPolicy$, type UpdateAccountPasswordPolicyRequest } from '@aws-sdk/client-iam';
import { setPasswordPolicy } from '../../identity/accounts/password-policy.ts';
import type { PasswordPolicy } from '../../identity/documents/account.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { accountChange } from './account-operation.ts';

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

export function updateAccountPasswordPolicyOperation({ store }: IamDependencies) {
  return accountChange(UpdateAccountPasswordPolicy$, (input: UpdateAccountPasswordPolicyRequest, accountId) => {
    const named = Object.entries(SETTINGS)
      .map(([member, setting]) => [setting, input[member as keyof typeof SETTINGS]] as const)
      .filter(([, value]) => value !== undefined);
    return setPasswordPolicy(store, accountId, Object.fromEntries(named));
  });
}
