import type { PostedForm } from '../../federation/connectors/redirect-connector.ts';
import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { SUBMIT_FORM } from '../../http/submit-form.ts';

/** A page from which the browser posts a form to another server: by itself, or by its button if scripts do not run. */
export function postingPage({ action, fields }: PostedForm, heading: string | Text): Html {
  return html`<h1>${heading}</h1>
<form method="post" action="${action}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">${say('frame.continue')}</button>
</form>
${SUBMIT_FORM}`;
}
