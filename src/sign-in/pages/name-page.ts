import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT } from '../../http/passkey-form.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';
import type { TypedName } from './typed-name.ts';

export interface NamePage {
  readonly target: FormTarget;
  /** The app that the person signs in to; absent for our own pages. */
  readonly clientName: string | undefined;
  readonly suggested: TypedName;
  /** Whether the account is asked for. */
  readonly asksAccount: boolean;
  /** The form for passkeys, if this server can have some. */
  readonly passkey: Html | undefined;
  /** The forms of connectors. */
  readonly elsewhere: Html | undefined;
  readonly error?: Text | undefined;
  /** The field that the error refers to. Default: neither. */
  readonly wrongField?: 'account' | 'name' | undefined;
}

/**
 * The first page of a sign-in: the name. Password managers fill in the unseen password field as well, and then this page is the only one
 * (https://www.chromium.org/developers/design-documents/form-styles-that-chromium-understands).
 */
export function namePage(page: NamePage): Html {
  const { target, clientName, suggested, asksAccount, passkey, elsewhere, error, wrongField } = page;
  const marked = html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('signIn.title')}</h1>
${clientName !== undefined && html`<p>${say('frame.goOnTo', { app: html`<strong>${clientName}</strong>` })}</p>`}
${errorSummary(error)}
${stepForm(
  'password',
  target,
  html`${
    asksAccount
      ? html`<label for="account">${say('signIn.account')}<span class="hint">${say('signIn.leaveEmpty')}</span></label>
<input id="account" name="account" autocomplete="organization" autocapitalize="none" spellcheck="false" value="${suggested.account}"${wrongField === 'account' && marked}>`
      : html`<input type="hidden" name="account" value="">`
  }
<label for="name">${say('signIn.name')}</label>
<input id="name" name="name" autocomplete="username${passkey !== undefined && ' webauthn'}" autocapitalize="none" spellcheck="false" required value="${suggested.name}"${wrongField === 'name' && marked}>
<div class="unseen" aria-hidden="true"><label for="password">${say('signIn.password')}</label><input id="password" name="password" type="password" autocomplete="current-password" tabindex="-1"></div>
<button type="submit">${say('frame.continue')}</button>`,
)}
${passkey}
${elsewhere}
${clientName !== undefined && cancelForm(target)}
${passkey !== undefined && PASSKEY_SCRIPT}`;
}
