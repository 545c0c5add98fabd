import type { Form } from '../../http/read-form.ts';
import { isSignInOver } from '../../identity/sign-in/session-validity.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { typedCode } from '../codes/typed-code.ts';
import type { SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { passwordStep } from './password-step.ts';
import { showRefused } from './show-sign-in.ts';
import { auditRecoveryCode, auditStep, originOf } from './step-outcome.ts';

/** The code for a held password. Every failure looks like a wrong password. */
async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const held = await deps.pending.takeHeld(call.id);
  if (held === undefined) return { next: true };
  const code = typedCode(form, 'code');
  const result = await deps.signIn.checkHeld({ held, code, ...originOf(call) });
  // Without a subject, the password was wrong, and no code is accepted.
  const { generation = Number.NaN } = held;
  const isGood =
    result.outcome === 'passed' &&
    call.app.isOpenTo(result.person.accountId) &&
    !isSignInOver(result.person, { generation, amr: result.amr, steps: [] }, call.begun);
  const disclosed: SignInResult =
    isGood || result.outcome === 'refused'
      ? result
      : { outcome: 'refused', reason: 'credentials', person: result.person };
  await auditStep(deps, call, { name: 'PasswordSignIn', method: 'mfa', result: disclosed });
  await auditRecoveryCode(deps, call, result);
  if (disclosed.outcome === 'refused') return await showRefused(deps, call, disclosed);
  const { person, amr, steps, failures, recoveryCodesLeft } = disclosed;
  const byRecoveryCode = recoveryCodesLeft !== undefined;
  return { passed: { person, generation, amr, steps, failures, byRecoveryCode } };
}

export const heldPasswordStep: SignInStep = {
  name: 'held',
  // Its page is only shown as the answer to a password: a reload starts over.
  isDue: () => false,
  page: passwordStep.page,
  run,
  runsAnytime: true,
};
