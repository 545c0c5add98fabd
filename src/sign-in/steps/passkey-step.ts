import type { Form } from '../../http/read-form.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { PASSKEY_STEP } from '../pages/passkey-button.ts';
import type { SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { personNamed } from './named-person.ts';
import { passwordStep } from './password-step.ts';
import { showRefused } from './show-sign-in.ts';
import { auditStep, originOf } from './step-outcome.ts';

/** Whether a passkey belongs to the name that the person typed before, if they did: they may have picked another person's on this device. */
async function isOfName(deps: SignInDependencies, form: Form, { person }: { person: Person }): Promise<boolean> {
  const name = form.get('name');
  if (name === undefined) return true;
  const named = await personNamed(deps, { account: form.get('account') ?? '', name });
  return named?.subject === person.subject;
}

/** A passkey instead of name and password. It stands for both factors, so no step but a new password can follow. */
async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const result = await deps.signIn.checkPasskey({
    signIn: call.id,
    credential: form.get('credential') ?? '',
    token: form.get('token') ?? '',
    ...originOf(call),
  });
  const disclosed: SignInResult =
    result.outcome === 'passed' && !(call.app.isOpenTo(result.person.accountId) && (await isOfName(deps, form, result)))
      ? { outcome: 'refused', reason: 'credentials', person: result.person }
      : result;
  await auditStep(deps, call, { name: 'PasskeySignIn', method: 'passkey', result: disclosed });
  if (disclosed.outcome === 'refused') {
    const refusal =
      disclosed.reason === 'credentials' ? { ...disclosed, reason: 'passkey-refused' as const } : disclosed;
    return await showRefused(deps, call, refusal);
  }
  const { person, amr, steps, failures } = disclosed;
  return { passed: { person, generation: person.loginGeneration, amr, steps, failures } };
}

export const passkeyStep: SignInStep = {
  name: PASSKEY_STEP,
  isDue: () => false,
  page: passwordStep.page,
  run,
  runsAnytime: true,
};
