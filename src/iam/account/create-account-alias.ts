import { CreateAccountAlias$, type CreateAccountAliasRequest } from '@aws-sdk/client-iam';
import { createAccountAlias } from '../../identity/accounts/account-alias.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

export function createAccountAliasOperation({
  store,
}: IamDependencies): SignedOperation<Decoded<CreateAccountAliasRequest>, NoOutput, undefined> {
  return signedOperation({
    schema: CreateAccountAlias$,
    readOnly: false,
    authorize: (_input, { caller }) => onAccount(CreateAccountAlias$, caller.accountId),
    async handle({ AccountAlias }, { caller }) {
      await createAccountAlias(store, caller.accountId, AccountAlias);
      return {};
    },
  });
}
