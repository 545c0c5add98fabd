import {
  CreateAccountAlias$,
  type CreateAccountAliasRequest,
  DeleteAccountAlias$,
  type DeleteAccountAliasRequest,
  DeleteAccountPasswordPolicy$,
  GetAccountSummary$,
  ListAccountAliases$,
  SetSecurityTokenServicePreferences$,
  type SetSecurityTokenServicePreferencesRequest,
} from '@aws-sdk/client-iam';
import { createAccountAlias, deleteAccountAlias, requireAccount } from '../../identity/accounts/account-alias.ts';
import { deletePasswordPolicy } from '../../identity/accounts/password-policy.ts';
import { setTokenVersion } from '../../identity/accounts/token-version.ts';
import { accountSummary } from '../../identity/reports/account-summary.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { accountChange, accountRead } from './account-operation.ts';
import { accountPropertiesOperations } from './account-properties-operations.ts';
import { credentialReportOperations } from './credential-report-operations.ts';
import { getAccountAuthorizationDetailsOperation } from './get-account-authorization-details.ts';
import { getAccountPasswordPolicyOperation } from './get-account-password-policy.ts';
import { outboundFederationOperations } from './outbound-federation-operations.ts';
import { updateAccountPasswordPolicyOperation } from './update-account-password-policy.ts';

/** The operations on the account: alias, summary, password policy, preferences of STS, authorisation details, credential report. */
export function accountOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    accountChange(CreateAccountAlias$, ({ AccountAlias }: Decoded<CreateAccountAliasRequest>, accountId) =>
      createAccountAlias(store, accountId, AccountAlias),
    ),
    accountChange(DeleteAccountAlias$, ({ AccountAlias }: Decoded<DeleteAccountAliasRequest>, accountId) =>
      deleteAccountAlias(store, accountId, AccountAlias),
    ),
    // An account has at most one alias, so there is never a second page.
    accountRead(ListAccountAliases$, async (_input, accountId) => {
      const { alias } = await requireAccount(store, accountId);
      return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
    }),
    accountRead(GetAccountSummary$, async (_input, accountId) => ({
      SummaryMap: await accountSummary(store, accountId),
    })),
    // Recorded for tools that set and read it. Every token of this server is valid in all regions, as those of version 2.
    accountChange(
      SetSecurityTokenServicePreferences$,
      ({ GlobalEndpointTokenVersion: name }: Decoded<SetSecurityTokenServicePreferencesRequest>, accountId) =>
        setTokenVersion(store, accountId, name === 'v2Token' ? 2 : 1),
    ),
    ...credentialReportOperations(deps),
    ...outboundFederationOperations(deps),
    ...accountPropertiesOperations(deps),
    getAccountAuthorizationDetailsOperation(deps),
    getAccountPasswordPolicyOperation(deps),
    updateAccountPasswordPolicyOperation(deps),
    accountChange(DeleteAccountPasswordPolicy$, (_input, accountId) => deletePasswordPolicy(store, accountId)),
  ];
}
