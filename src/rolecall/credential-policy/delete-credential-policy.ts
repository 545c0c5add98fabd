import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { CREDENTIAL_POLICY_ERRORS, credentialPolicyTarget } from './credential-policy-shapes.ts';
import { noCredentialPolicy } from './get-credential-policy.ts';

/** Removes the credential policy of the caller's account. */
export const DeleteCredentialPolicy = declareOperation({
  name: 'DeleteCredentialPolicy',
  documentation:
    'Removes the credential policy of the account. What it made inactive stays so. The permission is checked on `arn:aws:rolecall::<account>:credential-policy`.',
  readOnly: false,
  input: {},
  output: {},
  errors: [CREDENTIAL_POLICY_ERRORS.NoSuchCredentialPolicy],
});

export function deleteCredentialPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(DeleteCredentialPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [credentialPolicyTarget(DeleteCredentialPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      await store.accounts.update([accountId], ({ credentialPolicy, ...account }) => {
        if (credentialPolicy === undefined) throw noCredentialPolicy();
        return account;
      });
      return {};
    },
  });
}
