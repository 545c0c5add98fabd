import { GetAccountSummary$, type GetAccountSummaryResponse } from '@aws-sdk/client-iam';
import { accountSummary } from '../../identity/reports/account-summary.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

export function getAccountSummaryOperation({
  store,
}: IamDependencies): SignedOperation<object, GetAccountSummaryResponse, undefined> {
  return signedOperation({
    schema: GetAccountSummary$,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(GetAccountSummary$, caller.accountId),
    async handle(_input, { caller }) {
      return { SummaryMap: await accountSummary(store, caller.accountId) };
    },
  });
}
