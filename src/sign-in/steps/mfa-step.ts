import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Form } from '../../http/read-form.ts';
import { isAtLeast } from '../../identity/credentials/strength.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { typedCode } from '../codes/typed-code.ts';
import { type MfaWays, mfaHeading, mfaPage } from '../pages/mfa-page.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { auditRecoveryCode, auditStep, originOf, type Refusal, refusalText } from './step-outcome.ts';
import { requiresPasskey } from './step-up.ts';

/** The ways that this person has. They are shown only after the password, or after a sign-in through a provider. */
function waysOf({ signIn }: SignInDependencies, call: SignInCall): MfaWays {
  const { id, pending } = call;
  if (pending === undefined) return { app: true, recoveryCode: true };
  const { person } = pending;
  const passkey = signIn.askForPasskey({ signIn: id, holder: person });
  if (passkey !== undefined && requiresPasskey(call)) return { app: false, recoveryCode: false, passkey };
  return {
    app: person.factors.some(({ kind }) => kind === 'totp'),
    recoveryCode: person.recoveryCodes !== undefined,
    passkey,
  };
}

/** Why a factor is asked for, unless it is because the person has one. */
function whyOf({ app, asked }: SignInCall, { passkey }: MfaWays): Text | undefined {
  if (asked === undefined || !isAtLeast(asked.strength, 'phr') || passkey === undefined) return undefined;
  const name = app.name ?? say('signIn.thisPage');
  return asked.isRequired ? say('signIn.requiresPasskey', { app: name }) : say('signIn.asksForPasskey', { app: name });
}

function showMfa(deps: SignInDependencies, call: SignInCall, refusal?: Refusal): PageShown {
  const ways = waysOf(deps, call);
  const page = { target: call.target, step: 'mfa', ways, why: whyOf(call, ways) } as const;
  const title = mfaHeading(ways);
  if (refusal === undefined) return { title, status: 200, show: mfaPage(page) };
  const { status, message, waitMs } = refusalText(refusal);
  const error = refusal.reason === 'credentials' ? say('signIn.wrongCode') : message;
  return { title: say('frame.errorTitle', { title }), status, waitMs, show: mfaPage({ ...page, error }) };
}

/** Checks whatever the form shows: a passkey, a code, or a recovery code. */
async function check(
  deps: SignInDependencies,
  call: SignInCall,
  shown: { subject: string; form: Form },
): Promise<SignInResult> {
  const { subject, form } = shown;
  const credential = form.get('credential');
  if (credential === undefined) {
    const code = typedCode(form, 'code');
    return await deps.signIn.checkMfa({ subject, code, ...originOf(call) });
  }
  const token = form.get('token') ?? '';
  return await deps.signIn.checkPasskey({ signIn: call.id, subject, credential, token, ...originOf(call) });
}

async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const { pending } = call;
  if (pending === undefined) return { next: true };
  const result = await check(deps, call, { subject: pending.subject, form });
  await auditStep(deps, call, { name: 'MfaSignIn', method: 'mfa', result });
  await auditRecoveryCode(deps, call, result);
  if (result.outcome === 'refused') return showMfa(deps, call, result);
  const amr = [...pending.amr, ...result.amr];
  const byRecoveryCode = result.recoveryCodesLeft !== undefined;
  return { passed: { ...pending, amr, steps: result.steps, steppedUp: true, byRecoveryCode } };
}

export const mfaStep: SignInStep = {
  name: 'mfa',
  isDue: ({ pending }) => pending?.steps[0] === 'mfa',
  page: async (deps, call) => showMfa(deps, call),
  run,
  runsAnytime: false,
};
