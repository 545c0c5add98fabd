import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createAccountAliasOperation } from './create-account-alias.ts';
import { deleteAccountAliasOperation } from './delete-account-alias.ts';
import { deleteAccountPasswordPolicyOperation } from './delete-account-password-policy.ts';
import { getAccountAuthorizationDetailsOperation } from './get-account-authorization-details.ts';
import { getAccountPasswordPolicyOperation } from './get-account-password-policy.ts';
import { getAccountSummaryOperation } from './get-account-summary.ts';
import { listAccountAliasesOperation } from './list-account-aliases.ts';
import { updateAccountPasswordPolicyOperation } from './update-account-password-policy.ts';

/** The operations on the account: alias, summary, password policy, authorisation details. */
export function accountOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createAccountAliasOperation(deps),
    deleteAccountAliasOperation(deps),
    listAccountAliasesOperation(deps),
    getAccountSummaryOperation(deps),
    getAccountAuthorizationDetailsOperation(deps),
    getAccountPasswordPolicyOperation(deps),
    updateAccountPasswordPolicyOperation(deps),
    deleteAccountPasswordPolicyOperation(deps),
  ];
}
