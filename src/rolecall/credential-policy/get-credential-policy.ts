import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import {
  CREDENTIAL_POLICY_ERRORS,
  CREDENTIAL_POLICY_OUTPUT,
  credentialPolicyTarget,
  shownCredentialPolicy,
} from './credential-policy-shapes.ts';

/** Returns the credential policy of the caller's account. */
export const GetCredentialPolicy = declareOperation({
  name: 'GetCredentialPolicy',
  documentation:
    'Returns the credential policy of the account. The permission is checked on `arn:aws:rolecall::<account>:credential-policy`.',
  readOnly: true,
  input: {},
  output: CREDENTIAL_POLICY_OUTPUT,
  errors: [CREDENTIAL_POLICY_ERRORS.NoSuchCredentialPolicy],
});

export function getCredentialPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(GetCredentialPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [credentialPolicyTarget(GetCredentialPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      const policy = (await store.accounts.get([accountId]))?.credentialPolicy;
      if (policy === undefined) throw noCredentialPolicy();
      return shownCredentialPolicy(policy);
    },
  });
}

export function noCredentialPolicy(): ServiceError {
  return new ServiceError(CREDENTIAL_POLICY_ERRORS.NoSuchCredentialPolicy, 'The account has no credential policy.');
}
