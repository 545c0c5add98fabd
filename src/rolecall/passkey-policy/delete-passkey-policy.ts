import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { noPasskeyPolicy } from './get-passkey-policy.ts';
import { PASSKEY_POLICY_ERRORS, passkeyPolicyTarget } from './passkey-policy-shapes.ts';

/** Removes the passkey policy of the caller's account. */
export const DeletePasskeyPolicy = declareOperation({
  name: 'DeletePasskeyPolicy',
  documentation:
    'Removes the passkey policy of the account: users may enrol any authenticator again. The permission is checked on `arn:aws:rolecall::<account>:passkey-policy`.',
  readOnly: false,
  input: {},
  output: {},
  errors: [PASSKEY_POLICY_ERRORS.NoSuchPasskeyPolicy],
});

export function deletePasskeyPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(DeletePasskeyPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [passkeyPolicyTarget(DeletePasskeyPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      await store.accounts.update([accountId], ({ passkeyPolicy, ...account }) => {
        if (passkeyPolicy === undefined) throw noPasskeyPolicy();
        return account;
      });
      return {};
    },
  });
}
