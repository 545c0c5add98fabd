import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { PASSKEY_POLICY_ERRORS, passkeyPolicyTarget, STORED_PASSKEY_POLICY } from './passkey-policy-shapes.ts';

/** Returns the passkey policy of the caller's account. */
export const GetPasskeyPolicy = declareOperation({
  name: 'GetPasskeyPolicy',
  documentation:
    'Returns the passkey policy of the account. The permission is checked on `arn:aws:rolecall::<account>:passkey-policy`.',
  readOnly: true,
  input: {},
  output: STORED_PASSKEY_POLICY,
  errors: [PASSKEY_POLICY_ERRORS.NoSuchPasskeyPolicy],
});

export function getPasskeyPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(GetPasskeyPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [passkeyPolicyTarget(GetPasskeyPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      const policy = (await store.accounts.get([accountId]))?.passkeyPolicy;
      if (policy === undefined) throw noPasskeyPolicy();
      return {
        Attestation: policy.attestation === 'required' ? ('REQUIRED' as const) : ('NONE' as const),
        AllowedAaguids: policy.allowedAaguids,
        TrustAnchors: policy.trustAnchors,
        UpdatedAt: new Date(policy.updatedAt),
      };
    },
  });
}

export function noPasskeyPolicy(): ServiceError {
  return new ServiceError(PASSKEY_POLICY_ERRORS.NoSuchPasskeyPolicy, 'The account has no passkey policy.');
}
