import { createHash } from 'node:crypto';
import { type Html, type HtmlValue, html, trustedHtml } from './html.ts';

export interface PasswordField {
  readonly id: string;
  /** Its name in the form; default: the id. */
  readonly name?: string;
  readonly label: string;
  readonly hint?: string;
  readonly autocomplete: 'current-password' | 'new-password';
  /** Of the input, such as that it is wrong. */
  readonly attributes?: HtmlValue;
}

/**
 * The one script of all pages: it puts a button beside each password that shows what was typed, which a page cannot do without one. It is
 * allowed by its hash, and pages work without it.
 */
const SCRIPT = `for(const i of document.querySelectorAll('.beside>input')){const b=document.createElement('button');b.type='button';b.className='second small';const show=(s)=>{i.type=s?'text':'password';b.textContent=s?'Hide':'Show';b.setAttribute('aria-pressed',String(s))};show(false);b.onclick=()=>{show(i.type==='password');i.focus()};i.form.addEventListener('submit',()=>show(false));i.after(b)}`;

/** The script's source expression for `script-src`. */
export const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Stands once on a page that has such fields, behind them. */
export const SHOW_PASSWORDS: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;

/** A field for a password, with room for the button that shows what was typed. */
export function passwordField({ id, name = id, label, hint, autocomplete, attributes }: PasswordField): Html {
  return html`<label for="${id}">${label}${hint !== undefined && html`<span class="hint">${hint}</span>`}</label>
<div class="beside"><input id="${id}" name="${name}" type="password" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required${attributes}></div>`;
}

/** A new password and its repetition. */
export function newPasswordFields(shortest: number, attributes: HtmlValue): Html {
  const field = { autocomplete: 'new-password', attributes } as const;
  const hint = `At least ${shortest} characters`;
  return html`${passwordField({ ...field, id: 'new-password', name: 'newPassword', label: 'New password', hint })}
${passwordField({ ...field, id: 'repeated', label: 'Repeat the new password' })}`;
}
