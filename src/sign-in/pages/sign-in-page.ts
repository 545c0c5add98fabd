import { type Html, html } from '../../http/html.ts';
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
  readonly error?: string | undefined;
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
  return html`<h1>Sign in</h1>
${clientName !== undefined && html`<p>to go on to <strong>${clientName}</strong></p>`}
${errorSummary(error)}
${stepForm(
  'password',
  target,
  html`<label for="account">Account ID or alias<span class="hint">${
    hasOneAccount ? 'Can stay empty: there is only one account' : 'Leave empty to sign in with an e-mail address'
  }</span></label>
<input id="account" name="account" autocomplete="organization" autocapitalize="none" spellcheck="false" value="${account}"${wrongField === 'account' && marked}>
<label for="name">User name or e-mail</label>
<input id="name" name="name" autocomplete="username${passkey !== undefined && ' webauthn'}" autocapitalize="none" spellcheck="false" required value="${name}"${invalid}>
${passwordField({ id: 'password', label: 'Password', autocomplete: 'current-password', attributes: invalid })}
<button type="submit">Sign in</button>`,
)}
${passkey}
${elsewhere}
${clientName !== undefined && cancelForm(target)}
${SHOW_PASSWORDS}${passkey !== undefined && PASSKEY_SCRIPT}`;
}
