import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showDueStep } from '../../sign-in/dispatch.ts';
import { cancelForm, type FormTarget, stepForm } from '../../sign-in/pages/step-form.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import type { InteractionCall } from './interaction-call.ts';

interface SelectAccountPage {
  readonly target: FormTarget;
  readonly clientName: string | undefined;
  readonly personName: string;
  readonly accountName: string;
}

/**
 * Asks which account to continue with (`prompt=select_account`, OpenID Connect Core 1.0 §3.1.2.1): the one signed in here, or another.
 */
function selectAccountPage({ target, clientName, personName, accountName }: SelectAccountPage): Html {
  return html`<h1>${say('consent.chooseAccount')}</h1>
${clientName !== undefined && html`<p>${say('frame.goOnTo', { app: html`<strong>${clientName}</strong>` })}</p>`}
${stepForm('keep-account', target, html`<button type="submit">${say('consent.continueAs', { person: personName, account: accountName })}</button>`)}
${stepForm('other-account', target, html`<button type="submit" class="second">${say('consent.otherAccount')}</button>`)}
${cancelForm(target)}`;
}

/** The choice, if someone is signed in; otherwise, or during another sign-in, the sign-in page. */
export async function showSelectAccount(deps: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, pending, named, target, app } = call;
  const person = await deps.signIn.people.bySubject(interaction.session?.accountId ?? '');
  if (person === undefined || pending !== undefined || named !== undefined) return await showDueStep(deps, call);
  const { name: personName, accountAlias, accountId } = person;
  const page = { target, clientName: app.name, personName, accountName: accountAlias ?? accountId };
  return { title: say('consent.chooseAccount'), status: 200, show: selectAccountPage(page), accountId };
}
