import { createHash } from 'node:crypto';
import { type Html, type HtmlValue, html, type Text, trustedHtml } from './html.ts';
import { say } from './messages/say.ts';

export interface PasswordField {
  readonly id: string;
  /** The field's name in the form. Default: the id. */
  readonly name?: string;
  readonly label: string | Text;
  readonly hint?: string | Text;
  readonly autocomplete: 'current-password' | 'new-password';
  /** Extra attributes of the input, such as `aria-invalid`. */
  readonly attributes?: HtmlValue;
}

/**
 * The script of pages with password fields. It adds a button next to each password field to show what was typed, which is impossible without a
 * script. It is allowed by its hash, and pages work without it.
 */
const SCRIPT = `for(const i of document.querySelectorAll('.beside>input')){const b=document.createElement('button');b.type='button';b.className='second small';const show=(s)=>{i.type=s?'text':'password';b.textContent=s?i.dataset.hide:i.dataset.show;b.setAttribute('aria-pressed',String(s))};show(false);b.onclick=()=>{show(i.type==='password');i.focus()};i.form.addEventListener('submit',()=>show(false));i.after(b)}`;

/** The script's source expression for `script-src`. */
export const SHOW_PASSWORDS_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Goes once on each page with password fields, after the fields. */
export const SHOW_PASSWORDS: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;

/** A password field, with room for the button that shows what was typed. */
export function passwordField({ id, name = id, label, hint, autocomplete, attributes }: PasswordField): Html {
  return html`<label for="${id}">${label}${hint !== undefined && html`<span class="hint">${hint}</span>`}</label>
<div class="beside"><input id="${id}" name="${name}" type="password" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required data-show="${say('frame.show')}" data-hide="${say('frame.hide')}"${attributes}></div>`;
}

/** The fields for a new password and its repetition. */
export function newPasswordFields(shortest: number, attributes: HtmlValue): Html {
  const field = { autocomplete: 'new-password', attributes } as const;
  const hint = say('frame.passwordLength', { count: shortest });
  return html`${passwordField({ ...field, id: 'new-password', name: 'newPassword', label: say('frame.newPassword'), hint })}
${passwordField({ ...field, id: 'repeated', label: say('frame.repeatPassword') })}`;
}
