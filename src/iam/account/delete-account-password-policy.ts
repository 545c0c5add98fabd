import { DeleteAccountPasswordPolicy$ } from '@aws-sdk/client-iam';
import { deletePasswordPolicy } from '../../identity/accounts/password-policy.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

export function deleteAccountPasswordPolicyOperation({
  store,
}: IamDependencies): SignedOperation<object, NoOutput, undefined> {
  return signedOperation({
    schema: DeleteAccountPasswordPolicy$,
    readOnly: false,
    authorize: (_input, { caller }) => onAccount(DeleteAccountPasswordPolicy$, caller.accountId),
    async handle(_input, { caller }) {
      await deletePasswordPolicy(store, caller.accountId);
      return {};
    },
  });
}
