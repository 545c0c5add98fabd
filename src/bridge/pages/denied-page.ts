import type { PostedForm } from '../../federation/connectors/redirect-connector.ts';
import { type Html, html } from '../../http/html.ts';

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
  return html`<h1>You do not have access to ${appName}</h1>
<p>You are signed in as <strong>${userName}</strong>, and this app is not assigned to you. Ask your administrator for access.</p>
<form method="post" action="${answer.action}">
${Object.entries(answer.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Return to ${appName}</button>
</form>
<p><a href="${switchAt}">Sign in as someone else</a></p>
<p><a href="/sign-in">Your account</a></p>`;
}
