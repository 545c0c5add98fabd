import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import type { Form } from '../../http/read-form.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { passwordRulesOf } from '../../identity/passwords/change-password.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { changePasswordPage } from '../pages/change-password-page.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { auditStep } from './step-outcome.ts';

function showChangePassword({ target }: SignInCall, person: Person, error?: Text): PageShown {
  const title = say('signIn.chooseNewPassword');
  return {
    title: error === undefined ? title : say('frame.errorTitle', { title }),
    status: error === undefined ? 200 : 400,
    show: changePasswordPage({
      target,
      userName: person.name,
      rules: passwordRulesOf(person),
      reason: person.password?.resetRequired === true ? 'reset' : 'expired',
      error,
    }),
  };
}

async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const { pending } = call;
  if (pending === undefined) return { next: true };
  const { person } = pending;
  const newPassword = form.get('newPassword') ?? '';
  if (newPassword !== form.get('repeated')) return showChangePassword(call, person, say('signIn.passwordsDiffer'));
  let changed: Person;
  try {
    changed = await deps.signIn.changePassword(person, newPassword);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    const { app, source } = call;
    const refused = { outcome: 'refused', errorCode: error.code, errorMessage: error.message } as const;
    await deps.recordEvent({
      name: 'ChangePassword',
      method: 'password',
      source,
      person,
      clientId: app.id,
      ...refused,
    });
    return showChangePassword(call, person, sentence(`${error.message}.`));
  }
  const steps = pending.steps.slice(1);
  await auditStep(deps, call, {
    name: 'ChangePassword',
    method: 'password',
    result: { outcome: 'passed', person: changed, amr: pending.amr, steps: [] },
  });
  return { passed: { ...pending, person: changed, generation: changed.loginGeneration, steps } };
}

export const changePasswordStep: SignInStep = {
  name: 'change-password',
  // Only after MFA: a stolen password alone must not be able to replace itself.
  isDue: ({ pending }) => pending?.steps[0] === 'change-password',
  page: async (_deps, call) => {
    if (call.pending === undefined) throw new TypeError('no password is to be changed');
    return showChangePassword(call, call.pending.person);
  },
  run,
  runsAnytime: false,
};
