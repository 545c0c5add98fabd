import { html } from '../../http/html.ts';
import { cancelForm, stepForm } from '../pages/step-form.ts';
import type { SignInStep } from '../sign-in-step.ts';

const REFUSED = 403;

/** Says that the account does not allow this sign-in. The way on is to begin again, perhaps in another way or as somebody else. */
export const refusedStep: SignInStep = {
  name: 'refused',
  isDue: ({ pending }) => pending?.steps[0] === 'refused',
  page: async (_deps, { target, source, pending }) => {
    const decidedBy = pending?.judged?.decidedBy.join(', ');
    return {
      title: 'Sign-in refused',
      status: REFUSED,
      show: html`<h1>Your account does not allow this sign-in</h1>
<p>Who you are is clear, but the sign-in policy of your account refuses a sign-in like this one: it may depend on the place, the device, the
time, or the factors that you have. Try again in another way, or ask your administrator and give the reference.</p>
<dl>${decidedBy !== undefined && decidedBy !== '' && html`<dt>Rule</dt><dd>${decidedBy}</dd>`}
<dt>Reference</dt><dd>${source.requestId}</dd></dl>
${stepForm('refused', target, html`<button type="submit">Sign in in another way</button>`)}
${cancelForm(target)}`,
    };
  },
  async run(deps, { id }) {
    await deps.pending.forget(id);
    return { next: true };
  },
  runsAnytime: false,
};
