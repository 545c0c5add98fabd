import type { PostedForm } from '../../federation/connectors/redirect-connector.ts';
import { type Html, html } from '../../http/html.ts';

/** A page from which the browser posts a form to another server. Works without JavaScript. */
export function postingPage({ action, fields }: PostedForm): Html {
  return html`<h1>Continue to your provider</h1>
<form method="post" action="${action}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Continue</button>
</form>`;
}
