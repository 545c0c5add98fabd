import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT } from '../../http/passkey-form.ts';
import { passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

export interface SignInPage {
  readonly target: FormTarget;
  /** The app that the person signs in to; absent for our own pages. */
  readonly clientName: string | undefined;
  readonly account: string;
  readonly name: string;
  /** If there is only one account, nobody has to name it. */
  readonly hasOneAccount: boolean;
  /** The forms that lead to other ways to sign in. */
  readonly elsewhere: Html;
  /** The form for passkeys, if this server can have some. */
  readonly passkey: Html | undefined;
  readonly error?: Text | undefined;
  /** The field that the error refers to. Default: name and password. */
  readonly wrongField?: 'account' | undefined;
}

/** Account, user name or e-mail address, and password: one page for IAM users and root users. */
export function signInPage({
  target,
  clientName,
  account,
  name,
  hasOneAccount,
  elsewhere,
  passkey,
  error,
  wrongField,
}: SignInPage): Html {
  const marked = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  const invalid = wrongField === undefined && marked;
  return html`<h1>${say('signIn.title')}</h1>
${clientName !== undefined && html`<p>${say('frame.goOnTo', { app: html`<strong>${clientName}</strong>` })}</p>`}
${errorSummary(error)}
${stepForm(
  'password',
  target,
  html`<label for="account">${say('signIn.account')}<span class="hint">${
    hasOneAccount ? say('signIn.oneAccount') : say('signIn.leaveEmpty')
  }</span></label>
<input id="account" name="account" autocomplete="organization" autocapitalize="none" spellcheck="false" value="${account}"${wrongField === 'account' && marked}>
<label for="name">${say('signIn.name')}</label>
<input id="name" name="name" autocomplete="username${passkey !== undefined && ' webauthn'}" autocapitalize="none" spellcheck="false" required value="${name}"${invalid}>
${passwordField({ id: 'password', label: say('signIn.password'), autocomplete: 'current-password', attributes: invalid })}
<button type="submit">${say('signIn.title')}</button>`,
)}
${passkey}
${elsewhere}
${clientName !== undefined && cancelForm(target)}
${SHOW_PASSWORDS}${passkey !== undefined && PASSKEY_SCRIPT}`;
}
