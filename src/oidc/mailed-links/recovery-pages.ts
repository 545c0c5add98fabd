import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, passkeyForm } from '../../http/passkey-form.ts';
import { newPasswordFields, SHOW_PASSWORDS } from '../../http/password-field.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { AskedPasskey } from '../../identity/passkeys/verify-passkey.ts';
import { passwordRulesOf } from '../../identity/passwords/change-password.ts';
import { CODE_PATTERN } from '../../sign-in/codes/typed-code.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

const toSignIn = html`<p><a href="${ACCOUNT_PATH}">${say('signIn.title')}</a></p>`;

/** Asks for whom a new password is wanted. The same for everyone. */
export function beginRecoveryPage(asksAccount: boolean, error?: Text): Html {
  return html`<h1>${say('recovery.title')}</h1>
${errorSummary(error)}
<p>${say('recovery.explained')}</p>
<form method="post">
${
  asksAccount
    ? html`<label for="account">${say('signIn.account')}<span class="hint">${say('signIn.leaveEmpty')}</span></label>
<input id="account" name="account" autocomplete="organization" autocapitalize="none" spellcheck="false">`
    : html`<input type="hidden" name="account" value="">`
}
<label for="name">${say('signIn.name')}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required>
<button type="submit">${say('recovery.sendMail')}</button></form>
${toSignIn}`;
}

/** The answer to every name, whether it exists or not (S25). */
export function begunRecoveryPage(): Html {
  return html`<h1>${say('recovery.lookAtMail')}</h1>
<p>${say('recovery.ifKnown')}</p>
<p class="soft">${say('recovery.noMail')}</p>
${toSignIn}`;
}

const whose = ({ name, accountAlias, accountId }: Person) => ({
  person: html`<strong>${name}</strong>`,
  account: html`<strong>${accountAlias ?? accountId}</strong>`,
});

interface FactorPage {
  readonly person: Person;
  /** Where the forms lead: the link itself. */
  readonly action: string;
  readonly passkey: AskedPasskey | undefined;
  readonly error?: Text | undefined;
}

/** Asks for the second factor: the mailbox alone is not enough. */
export function recoveryFactorPage({ person, action, passkey, error }: FactorPage): Html {
  const hasApp = person.factors.some(({ kind }) => kind === 'totp');
  const hasCodes = (person.recoveryCodes?.sealedHashes.length ?? 0) > 0;
  const marked = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('signIn.showFactor')}</h1>
${errorSummary(error)}
<p>${say('recovery.factorFirst', whose(person))}</p>
${
  passkey !== undefined &&
  html`${passkeyForm(
    { ...passkey, action, ceremony: 'get', hidden: {} },
    html`<button type="submit">${say('signIn.usePasskeyOrKey')}</button>`,
  )}
<p class="soft" data-without-passkey>${say('signIn.noPasskeysHere')}</p>`
}
${
  hasApp &&
  html`<form method="post"><label for="code">${say('signIn.mfaCode')}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="${CODE_PATTERN}" required${marked}>
<button type="submit"${passkey !== undefined && html` class="second"`}>${say('frame.continue')}</button></form>`
}
${
  hasCodes &&
  html`<details><summary>${say('signIn.useRecoveryCode')}</summary>
<form method="post"><label for="recovery-code">${say('signIn.recoveryCode')}<span class="hint">${say('signIn.recoveryCodeHint')}</span></label>
<input id="recovery-code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<button type="submit">${say('signIn.continueWithRecoveryCode')}</button></form></details>`
}
<p class="soft">${say('recovery.noFactor')}</p>
${passkey !== undefined && PASSKEY_SCRIPT}`;
}

interface NewPasswordPage {
  readonly person: Person;
  readonly proof: string;
  readonly error?: Text | undefined;
}

export function newPasswordPage({ person, proof, error }: NewPasswordPage): Html {
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<h1>${say('recovery.newPassword')}</h1>
${errorSummary(error)}
<p>${say('recovery.signsOut', whose(person))}</p>
<form method="post"><input type="hidden" name="proof" value="${proof}">
<label for="username">${say('signIn.userName')}</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.name}">
${newPasswordFields(passwordRulesOf(person), invalid)}
<button type="submit">${say('recovery.setPassword')}</button></form>
${SHOW_PASSWORDS}`;
}

/** Nobody is signed in by a link. */
export function recoveredPage(person: Person): Html {
  return html`<h1>${say('recovery.done')}</h1>
<p>${say('recovery.doneExplained', whose(person))}</p>
<p><a class="button" href="${ACCOUNT_PATH}">${say('signIn.title')}</a></p>`;
}
