import { type Html, type HtmlValue, html } from '../../http/html.ts';

/** Where the forms of an interaction are posted, and the proof that they are ours. */
export interface FormTarget {
  /** The path of the interaction. Fixed here, since the policy of these pages does not limit it (`http/security-headers.ts`). */
  readonly action: string;
  readonly csrf: string;
}

/** A form of an interaction's page; it says which step it is for. */
export function stepForm(step: string, { action, csrf }: FormTarget, content: HtmlValue): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="step" value="${step}">
<input type="hidden" name="csrf" value="${csrf}">
${content}
</form>`;
}

/** A button that leaves the sign-in and tells the app so. */
export function cancelForm(target: FormTarget): Html {
  return stepForm('cancel', target, html`<button type="submit" class="second">Cancel</button>`);
}
