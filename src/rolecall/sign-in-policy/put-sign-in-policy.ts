import { requireValidSignInPolicy } from '../../identity/sign-in-policy/require-valid-sign-in-policy.ts';
import { isTimeZone } from '../../identity/sign-in-policy/sign-in-facts.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { POLICY_ERRORS } from '../../policy/validate/policy-errors.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { type DeclaredError, declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { policyTarget } from './policy-target.ts';
import { warningsOf } from './policy-warnings.ts';
import { POLICY_DOCUMENT, TIME_ZONE_MEMBER, WARNINGS } from './sign-in-policy-shapes.ts';

/** The error of IAM for the same mistake. */
export const MALFORMED_POLICY: DeclaredError = {
  ...POLICY_ERRORS.MalformedPolicyDocument,
  documentation: 'The policy is not valid. The message says where, and what is wrong.',
};

/** Sets the sign-in policy of the caller's account. */
export const PutSignInPolicy = declareOperation({
  name: 'PutSignInPolicy',
  documentation:
    'Sets the sign-in policy of the account, in the place of a former one. It applies to sign-ins from now on; sessions go on. Try it with `SimulateSignIn` first. The permission is checked on `arn:aws:rolecall::<account>:sign-in-policy`.',
  readOnly: false,
  input: {
    PolicyDocument: shape.required(POLICY_DOCUMENT, 'The policy.'),
    TimeZone: TIME_ZONE_MEMBER,
  },
  output: {
    Warnings: shape.required(
      WARNINGS,
      'What the policy may do that was not meant, such as refusing the caller. It is stored all the same: the root user can always sign in to replace it.',
    ),
  },
  errors: [MALFORMED_POLICY],
});

export function putSignInPolicyOperation({ store, signIns }: Pick<RolecallDependencies, 'store' | 'signIns'>) {
  return declaredOperation(PutSignInPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [policyTarget(PutSignInPolicy, accountId)], subject: undefined };
    },
    async handle({ PolicyDocument: document, TimeZone = 'UTC' }, call) {
      requireValidSignInPolicy(document);
      requireTimeZone(TimeZone);
      const signInPolicy = { document, timeZone: TimeZone, updatedAt: call.now };
      const warnings = await warningsOf(signIns, signInPolicy, call);
      await store.accounts.update([call.caller.accountId], (account) => ({ ...account, signInPolicy }));
      return { Warnings: warnings };
    },
  });
}

/** @throws {ServiceError} ValidationError */
export function requireTimeZone(name: string): void {
  if (isTimeZone(name)) return;
  throw new ServiceError('ValidationError', `1 validation error detected: TimeZone: there is no time zone ${name}`);
}
