import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { noSignInPolicy } from './get-sign-in-policy.ts';
import { policyTarget } from './policy-target.ts';
import { SIGN_IN_POLICY_ERRORS } from './sign-in-policy-shapes.ts';

/** Removes the sign-in policy of the caller's account. */
export const DeleteSignInPolicy = declareOperation({
  name: 'DeleteSignInPolicy',
  documentation:
    'Removes the sign-in policy of the account. The rule that administrators enrol a passkey stays. The permission is checked on `arn:aws:rolecall::<account>:sign-in-policy`.',
  readOnly: false,
  input: {},
  output: {},
  errors: [SIGN_IN_POLICY_ERRORS.NoSuchSignInPolicy],
});

export function deleteSignInPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(DeleteSignInPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [policyTarget(DeleteSignInPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      await store.accounts.update([accountId], ({ signInPolicy, ...account }) => {
        if (signInPolicy === undefined) throw noSignInPolicy();
        return account;
      });
      return {};
    },
  });
}
