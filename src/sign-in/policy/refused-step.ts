import { html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { cancelForm, stepForm } from '../pages/step-form.ts';
import type { SignInStep } from '../sign-in-step.ts';
import { ruleNames } from './rule-names.ts';

const REFUSED = 403;

/** Says that the account does not allow this sign-in. The way on is to begin again, perhaps in another way or as another person. */
export const refusedStep: SignInStep = {
  name: 'refused',
  isDue: ({ pending }) => pending?.steps[0] === 'refused',
  page: async (_deps, { target, source, pending }) => {
    const decidedBy = pending?.judged?.decidedBy ?? [];
    return {
      title: say('signInPolicy.refusedTitle'),
      status: REFUSED,
      show: html`<h1>${say('signInPolicy.refused')}</h1>
<p>${say('signInPolicy.refusedWhy')}</p>
<dl>${decidedBy.length > 0 && html`<dt>${say('signInPolicy.rule')}</dt><dd>${ruleNames(decidedBy)}</dd>`}
<dt>${say('signInPolicy.reference')}</dt><dd>${source.requestId}</dd></dl>
${stepForm('refused', target, html`<button type="submit">${say('signInPolicy.anotherWay')}</button>`)}
${cancelForm(target)}`,
    };
  },
  async run(deps, { id }) {
    await deps.pending.forget(id);
    return { next: true };
  },
  runsAnytime: false,
};
