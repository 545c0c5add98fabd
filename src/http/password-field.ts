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

/** What of the rules for new passwords a page can check by itself. */
export interface PasswordRules {
  /** In characters. */
  readonly shortest: number;
  readonly longest: number;
  /** The kinds of characters that the account requires. */
  readonly needs: readonly ('uppercase' | 'lowercase' | 'number' | 'symbol')[];
  /** Words related to the person, in lower case. */
  readonly words: readonly string[];
}

/**
 * The script of pages with password fields. It adds a button next to each password field to show what was typed, which is impossible without a
 * script, and says below a new password what is wrong with it while it is typed. It is allowed by its hash, and pages work without it.
 *
 * INVARIANT: it finds fault with nothing that the server accepts, in the same order and words. Common and breached passwords, which only
 * the server knows, are refused when the form is sent: nothing leaves the page before.
 */
const SCRIPT = String.raw`for(const i of document.querySelectorAll('.beside>input')){const b=document.createElement('button');b.type='button';b.className='second small';const show=(s)=>{i.type=s?'text':'password';b.textContent=s?i.dataset.hide:i.dataset.show;b.setAttribute('aria-pressed',String(s))};show(false);b.onclick=()=>{show(i.type==='password');i.focus()};i.form.addEventListener('submit',()=>show(false));i.after(b)}
const said=document.querySelector('[data-rules]');
if(said){const {shortest,longest,needs,words}=JSON.parse(said.dataset.rules);
const {newPassword:field,repeated}=said.closest('form').elements;
const kinds={uppercase:/\p{Lu}/u,lowercase:/\p{Ll}/u,number:/\p{N}/u,symbol:/[^\p{L}\p{N}\s]/u};
const weakness=(text)=>{const length=[...text].length;const folded=text.toLowerCase();
if(length<shortest)return 'short';
if(length>longest)return 'long';
for(const need of needs)if(!kinds[need].test(text))return need;
if(words.some((word)=>folded.includes(word)&&folded.replaceAll(word,'').length<8))return 'context';
if(/^(.{1,8}?)\1{2,}$/u.test(folded.replaceAll(/\s/g,'')))return 'common';
const bare=text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu,'');const digits=bare.replaceAll(/[^\p{N}]/gu,'').length;
if(digits>0&&digits<20&&/^[\p{N}\s./:,;_+#*-]*$/u.test(bare))return 'digits';
return field.value.startsWith(repeated.value)?'':'differ'};
const tell=()=>{const text=field.value.normalize('NFKC');const found=text===''?'':weakness(text);said.textContent=found===''?'':said.dataset[found]};
field.addEventListener('input',tell);repeated.addEventListener('input',tell)}`;

/** The script's source expression for `script-src`. */
export const SHOW_PASSWORDS_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Goes once on each page with password fields, after the fields. */
export const SHOW_PASSWORDS: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;

/** A password field, with room for the button that shows what was typed. */
export function passwordField({ id, name = id, label, hint, autocomplete, attributes }: PasswordField): Html {
  return html`<label for="${id}">${label}${hint !== undefined && html`<span class="hint">${hint}</span>`}</label>
<div class="beside"><input id="${id}" name="${name}" type="password" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required data-show="${say('frame.show')}" data-hide="${say('frame.hide')}"${attributes}></div>`;
}

const NEEDS = {
  uppercase: say('refusals.passwordUppercase'),
  lowercase: say('refusals.passwordLowercase'),
  number: say('refusals.passwordNumber'),
  symbol: say('refusals.passwordSymbol'),
};

/** The fields for a new password and its repetition, and what is wrong with it while it is typed. */
export function newPasswordFields(rules: PasswordRules, attributes: HtmlValue): Html {
  const { shortest, longest, needs } = rules;
  const field = { autocomplete: 'new-password', attributes } as const;
  const hint = say('frame.passwordLength', { count: shortest });
  return html`${passwordField({ ...field, id: 'new-password', name: 'newPassword', label: say('frame.newPassword'), hint })}
${passwordField({ ...field, id: 'repeated', label: say('frame.repeatPassword') })}
<p class="soft" role="status" data-rules="${JSON.stringify(rules)}" data-short="${say('refusals.passwordShort', { length: shortest })}" data-long="${say('refusals.passwordLong', { length: longest })}"${needs.map((need) => html` data-${need}="${NEEDS[need]}"`)} data-context="${say('refusals.passwordFromContext')}" data-common="${say('refusals.passwordCommon')}" data-digits="${say('refusals.passwordOnlyNumber')}" data-differ="${say('signIn.passwordsDiffer')}"></p>`;
}
