import { DeleteAccountAlias$, type DeleteAccountAliasRequest } from '@aws-sdk/client-iam';
import { deleteAccountAlias } from '../../identity/accounts/account-alias.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

export function deleteAccountAliasOperation({
  store,
}: IamDependencies): SignedOperation<Decoded<DeleteAccountAliasRequest>, NoOutput, undefined> {
  return signedOperation({
    schema: DeleteAccountAlias$,
    readOnly: false,
    authorize: (_input, { caller }) => onAccount(DeleteAccountAlias$, caller.accountId),
    async handle({ AccountAlias }, { caller }) {
      await deleteAccountAlias(store, caller.accountId, AccountAlias);
      return {};
    },
  });
}
