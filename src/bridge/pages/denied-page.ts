import type { PostedForm } from '../../federation/connectors/redirect-connector.ts';
import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

/** Tells a person that they may not use an app, and lets them tell the app so. */
export function deniedPage({
  appName,
  userName,
  answer,
  switchAt,
}: {
  readonly appName: string;
  readonly userName: string;
  /** The refusal for the app. */
  readonly answer: PostedForm;
  /** Where they sign in as somebody else. */
  readonly switchAt: string;
}): Html {
  return html`<h1>${say('apps.noAccessTo', { app: appName })}</h1>
<p>${say('apps.askAccess', { person: html`<strong>${userName}</strong>` })}</p>
<form method="post" action="${answer.action}">
${Object.entries(answer.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">${say('apps.returnTo', { app: appName })}</button>
</form>
<p><a href="${switchAt}">${say('apps.asSomeoneElse')}</a></p>
<p><a href="/sign-in">${say('frame.yourAccount')}</a></p>`;
}
