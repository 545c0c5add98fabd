import { type Html, type HtmlValue, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

/** Where the forms of an interaction are posted, and their CSRF token. */
export interface FormTarget {
  /**
   * The path of the interaction. Set by the server, because the content security policy of these pages does not limit it
   * (`http/security-headers.ts`).
   */
  readonly action: string;
  readonly csrf: string;
}

/** A form on an interaction's page. It says which step it is for. */
export function stepForm(step: string, { action, csrf }: FormTarget, content: HtmlValue): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="step" value="${step}">
<input type="hidden" name="csrf" value="${csrf}">
${content}
</form>`;
}

/** A button that cancels the sign-in and notifies the app. */
export function cancelForm(target: FormTarget): Html {
  return stepForm('cancel', target, html`<button type="submit" class="second">${say('frame.cancel')}</button>`);
}
