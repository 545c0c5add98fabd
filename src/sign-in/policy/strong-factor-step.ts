import { html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, passkeyForm } from '../../http/passkey-form.ts';
import { cancelForm } from '../pages/step-form.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep } from '../sign-in-step.ts';
import { auditStep, originOf, type Refusal, refusalText } from '../steps/step-outcome.ts';

const TITLE = say('signInPolicy.usePasskey');

function show(deps: SignInDependencies, { id, pending, target }: SignInCall, refusal?: Refusal): PageShown {
  if (pending === undefined) throw new TypeError('no passkey is to be shown');
  const asked = deps.signIn.askForPasskey({ signIn: id, holder: pending.person });
  const { status, message, waitMs } = refusal === undefined ? SHOWN : refusalText(refusal);
  return {
    title: message === undefined ? TITLE : say('frame.errorTitle', { title: TITLE }),
    status,
    waitMs,
    show: html`<h1>${TITLE}</h1>
${errorSummary(message)}
<p>${pending.addedPasskey === true ? say('signInPolicy.showNewPasskey') : say('signInPolicy.showPasskey')}</p>
<p data-without-passkey><strong>${say('signIn.noPasskeysHere')}</strong></p>
${
  asked !== undefined &&
  passkeyForm(
    { ...asked, action: target.action, ceremony: 'get', hidden: { step: 'strong-factor', csrf: target.csrf } },
    html`<button type="submit">${say('signIn.usePasskeyOrKey')}</button>`,
  )
}
${cancelForm(target)}
${PASSKEY_SCRIPT}`,
  };
}

const SHOWN = { status: 200, message: undefined, waitMs: undefined };

/** A passkey or security key, which the sign-in policy demands of a person who has shown something weaker. */
export const strongFactorStep: SignInStep = {
  name: 'strong-factor',
  isDue: ({ pending }) => pending?.steps[0] === 'strong-factor',
  page: async (deps, call) => show(deps, call),
  async run(deps, call, form) {
    const { id, pending } = call;
    if (pending === undefined) return { next: true };
    const result = await deps.signIn.checkPasskey({
      signIn: id,
      subject: pending.subject,
      credential: form.get('credential') ?? '',
      token: form.get('token') ?? '',
      ...originOf(call),
    });
    await auditStep(deps, call, { name: 'MfaSignIn', method: 'mfa', result });
    if (result.outcome === 'refused') return show(deps, call, result);
    return { passed: { ...pending, amr: [...pending.amr, ...result.amr], steps: pending.steps.slice(1) } };
  },
  runsAnytime: false,
};
