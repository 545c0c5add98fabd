import {
  ListAccountAliases$,
  type ListAccountAliasesRequest,
  type ListAccountAliasesResponse,
} from '@aws-sdk/client-iam';
import { requireAccount } from '../../identity/accounts/account-alias.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** ListAccountAliases. An account has at most one alias, so there is never a second page. */
export function listAccountAliasesOperation({
  store,
}: IamDependencies): SignedOperation<ListAccountAliasesRequest, ListAccountAliasesResponse, undefined> {
  return signedOperation({
    schema: ListAccountAliases$,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(ListAccountAliases$, caller.accountId),
    async handle(_input, { caller }) {
      const { alias } = await requireAccount(store, caller.accountId);
      return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
    },
  });
}
