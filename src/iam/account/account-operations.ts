import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createAccountAlias } from './create-account-alias.ts';
import { deleteAccountAlias } from './delete-account-alias.ts';
import { deleteAccountPasswordPolicy } from './delete-account-password-policy.ts';
import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts';
import { getAccountPasswordPolicy } from './get-account-password-policy.ts';
import { getAccountSummary } from './get-account-summary.ts';
import { listAccountAliases } from './list-account-aliases.ts';
import { updateAccountPasswordPolicy } from './update-account-password-policy.ts';

/** The operations on the account: alias, summary, password policy, authorisation details. */
export function accountOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createAccountAlias(deps),
    deleteAccountAlias(deps),
    listAccountAliases(deps),
    getAccountSummary(deps),
    getAccountAuthorizationDetails(deps),
    getAccountPasswordPolicy(deps),
    updateAccountPasswordPolicy(deps),
    deleteAccountPasswordPolicy(deps),
  ];
}
