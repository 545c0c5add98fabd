import { type Html, type HtmlValue, html } from '../../http/html.ts';

/** A form of the page that the person is on: it posts to the page's own address, and says which step it is for. */
export function stepForm(step: string, csrf: string, content: HtmlValue): Html {
  return html`<form method="post">
<input type="hidden" name="step" value="${step}">
<input type="hidden" name="csrf" value="${csrf}">
${content}
</form>`;
}

/** A button that leaves the sign-in and tells the app so. */
export function cancelForm(csrf: string): Html {
  return stepForm('cancel', csrf, html`<button type="submit" class="second">Cancel</button>`);
}
