import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showDueStep } from '../../sign-in/dispatch.ts';
import { type FormTarget, stepForm } from '../../sign-in/pages/step-form.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import type { InteractionCall } from './interaction-call.ts';

interface NotAssignedPage {
  readonly target: FormTarget;
  readonly appName: string;
  readonly personName: string;
  readonly accountName: string;
}

function notAssignedPage({ target, appName, personName, accountName }: NotAssignedPage): Html {
  return html`<h1>${say('consent.cannotUse', { app: html`<strong>${appName}</strong>` })}</h1>
<p>${say('consent.askAssignment', {
    person: html`<strong>${personName}</strong>`,
    account: html`<strong>${accountName}</strong>`,
    app: appName,
  })}</p>
${stepForm('other-account', target, html`<button type="submit">${say('consent.otherAccount')}</button>`)}
${stepForm('cancel', target, html`<button type="submit" class="second">${say('consent.backTo', { app: appName })}</button>`)}`;
}

/** Says that the person may not use the app. During a sign-in with another account, shows its step. */
export async function showNotAssigned(deps: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, pending, named, target, app } = call;
  const person = await deps.signIn.people.bySubject(interaction.session?.accountId ?? '');
  if (person === undefined || pending !== undefined || named !== undefined) return await showDueStep(deps, call);
  const { name: personName, accountAlias, accountId } = person;
  const page = { target, appName: app.name ?? app.id, personName, accountName: accountAlias ?? accountId };
  return { title: say('consent.notAssigned'), status: 403, show: notAssignedPage(page), accountId };
}
