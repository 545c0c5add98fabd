import type { Form } from '../../http/read-form.ts';
import { mfaPage } from '../pages/mfa-page.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { auditRecoveryCode, auditStep, originOf, type Refusal, refusalText } from './step-outcome.ts';

function showMfa({ target }: SignInCall, refusal?: Refusal): PageShown {
  const page = { target, step: 'mfa' } as const;
  if (refusal === undefined) return { title: 'Enter your code', status: 200, show: mfaPage(page) };
  const { status, message, waitMs } = refusalText(refusal);
  const error = refusal.reason === 'throttled' ? message : 'The code is not right. Each code works once.';
  return { title: 'Error: Enter your code', status, waitMs, show: mfaPage({ ...page, error }) };
}

async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const { pending } = call;
  if (pending === undefined) return { next: true };
  const code = (form.get('code') ?? '').replaceAll(' ', '');
  const result = await deps.signIn.checkMfa({
    subject: pending.subject,
    code,
    ...originOf(call),
  });
  await auditStep(deps, call, { name: 'MfaSignIn', method: 'mfa', result });
  await auditRecoveryCode(deps, call, result);
  if (result.outcome === 'refused') return showMfa(call, result);
  return { passed: { ...pending, amr: [...pending.amr, ...result.amr], steps: result.steps } };
}

export const mfaStep: SignInStep = {
  name: 'mfa',
  isDue: ({ pending }) => pending?.steps[0] === 'mfa',
  page: async (_deps, call) => showMfa(call),
  run,
  runsAnytime: false,
};
