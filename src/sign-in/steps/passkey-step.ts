import type { Form } from '../../http/read-form.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { PASSKEY_STEP } from '../pages/passkey-button.ts';
import type { SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { passwordStep, showSignIn } from './password-step.ts';
import { auditStep, originOf } from './step-outcome.ts';

/** A passkey instead of name and password. It stands for both factors, so no step but a new password can follow. */
async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const result = await deps.signIn.checkPasskey({
    signIn: call.id,
    credential: form.get('credential') ?? '',
    token: form.get('token') ?? '',
    ...originOf(call),
  });
  const disclosed: SignInResult =
    result.outcome === 'passed' && !call.app.isOpenTo(result.person.accountId)
      ? { outcome: 'refused', reason: 'credentials', person: result.person }
      : result;
  await auditStep(deps, call, { name: 'PasskeySignIn', method: 'passkey', result: disclosed });
  if (disclosed.outcome === 'refused') {
    const refusal =
      disclosed.reason === 'credentials' ? { ...disclosed, reason: 'passkey-refused' as const } : disclosed;
    return await showSignIn(deps, call, { typed: { account: '', name: call.hint ?? '' }, refusal });
  }
  const { person, amr, steps } = disclosed;
  return { passed: { person, generation: person.loginGeneration, amr, steps } };
}

export const passkeyStep: SignInStep = {
  name: PASSKEY_STEP,
  isDue: () => false,
  page: passwordStep.page,
  run,
  runsAnytime: true,
};
