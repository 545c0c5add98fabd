import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { policyTarget } from './policy-target.ts';
import { SIGN_IN_POLICY_ERRORS, STORED_POLICY } from './sign-in-policy-shapes.ts';

/** Returns the sign-in policy of the caller's account. */
export const GetSignInPolicy = declareOperation({
  name: 'GetSignInPolicy',
  documentation:
    'Returns the sign-in policy of the account. The permission is checked on `arn:aws:rolecall::<account>:sign-in-policy`.',
  readOnly: true,
  input: {},
  output: STORED_POLICY,
  errors: [SIGN_IN_POLICY_ERRORS.NoSuchSignInPolicy],
});

export function getSignInPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(GetSignInPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [policyTarget(GetSignInPolicy, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      const policy = (await store.accounts.get([accountId]))?.signInPolicy;
      if (policy === undefined) throw noSignInPolicy();
      const { document, timeZone, updatedAt } = policy;
      return { PolicyDocument: document, TimeZone: timeZone, UpdatedAt: new Date(updatedAt) };
    },
  });
}

export function noSignInPolicy(): ServiceError {
  return new ServiceError(SIGN_IN_POLICY_ERRORS.NoSuchSignInPolicy, 'The account has no sign-in policy.');
}
