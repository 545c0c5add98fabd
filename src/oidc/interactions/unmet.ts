import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { isAtLeast, strengthOfFactor, strongest } from '../../identity/credentials/strength.ts';
import { showDueStep } from '../../sign-in/dispatch.ts';
import { type FormTarget, stepForm } from '../../sign-in/pages/step-form.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { FACTORS_PATH } from '../own-client.ts';
import { askedStrengthOf } from '../step-up/asked-acr.ts';
import type { InteractionCall } from './interaction-call.ts';

interface UnmetPage {
  readonly target: FormTarget;
  readonly appName: string;
  readonly personName: string;
  /** What the person can do; empty if nothing here helps. */
  readonly advice: Text;
}

function unmetPage({ target, appName, personName, advice }: UnmetPage): Html {
  return html`<h1>${say('apps.strongerNeeded', { app: html`<strong>${appName}</strong>` })}</h1>
<p>${say('apps.notAsRequired', { person: html`<strong>${personName}</strong>`, app: appName, advice })}</p>
${stepForm('other-account', target, html`<button type="submit">${say('frame.signInAgain')}</button>`)}
${stepForm('cancel', target, html`<button type="submit" class="second">${say('consent.backTo', { app: appName })}</button>`)}`;
}

const ADD_FACTOR = html`<a href="${FACTORS_PATH}">${say('apps.addFactor')}</a>`;
const NO_PASSKEY = say('apps.needsPasskey', { link: ADD_FACTOR });
const NO_FACTOR = say('apps.needsFactor', { link: ADD_FACTOR });
const SHOW_IT = say('apps.usePasskey');
const UNKNOWN = say('apps.unknownDemand');

/** Says that the app requires more than this sign-in has proved. During another sign-in, shows its step. */
export async function showUnmet(deps: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, pending, named, target, app } = call;
  const person = await deps.signIn.people.bySubject(interaction.session?.accountId ?? '');
  if (person === undefined || pending !== undefined || named !== undefined) return await showDueStep(deps, call);
  const required = askedStrengthOf(interaction.params)?.strength;
  const reach = strongest(person.factors.map(strengthOfFactor));
  const lacking = required === 'mfa' ? NO_FACTOR : NO_PASSKEY;
  const advice = required === undefined ? UNKNOWN : isAtLeast(reach, required) ? SHOW_IT : lacking;
  const page = { target, appName: app.name ?? app.id, personName: person.name, advice };
  return { title: say('apps.strongerTitle'), status: 403, show: unmetPage(page), accountId: person.accountId };
}
