import { type Html, html } from '../../http/html.ts';
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
  readonly advice: Html | string;
}

function unmetPage({ target, appName, personName, advice }: UnmetPage): Html {
  return html`<h1><strong>${appName}</strong> requires a stronger sign-in</h1>
<p>You are signed in as <strong>${personName}</strong>, but not in the way that ${appName} requires. ${advice}</p>
${stepForm('other-account', target, html`<button type="submit">Sign in again</button>`)}
${stepForm('cancel', target, html`<button type="submit" class="second">Back to ${appName}</button>`)}`;
}

const NO_PASSKEY = html`It requires a passkey or security key, and you have none that it accepts. <a href="${FACTORS_PATH}">Add one to your account</a>,
then sign in again.`;
const NO_FACTOR = html`It requires a second factor, and you have none. <a href="${FACTORS_PATH}">Add one to your account</a>, then sign in again.`;
const SHOW_IT = 'Sign in again, and use your passkey or security key.';
const UNKNOWN = 'It asks for something that this server does not know. Tell the people who run the app.';

/** Says that the app requires more than this sign-in has proved. During another sign-in, shows its step. */
export async function showUnmet(deps: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, pending, target, app } = call;
  const person = await deps.signIn.people.bySubject(interaction.session?.accountId ?? '');
  if (person === undefined || pending !== undefined) return await showDueStep(deps, call);
  const required = askedStrengthOf(interaction.params)?.strength;
  const reach = strongest(person.factors.map(strengthOfFactor));
  const lacking = required === 'mfa' ? NO_FACTOR : NO_PASSKEY;
  const advice = required === undefined ? UNKNOWN : isAtLeast(reach, required) ? SHOW_IT : lacking;
  const page = { target, appName: app.name ?? app.id, personName: person.name, advice };
  return { title: 'A stronger sign-in is required', status: 403, show: unmetPage(page) };
}
