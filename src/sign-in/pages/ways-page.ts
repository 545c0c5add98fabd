import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT } from '../../http/passkey-form.ts';
import { passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';
import type { TypedName } from './typed-name.ts';

export interface WaysPage {
  readonly target: FormTarget;
  /** The app that the person signs in to; absent for our own pages. */
  readonly clientName: string | undefined;
  readonly named: TypedName;
  /** Where another name can be typed. */
  readonly chooseAt: string;
  /** Where people go who have forgotten their password. */
  readonly recoverAt: string | undefined;
  /** The form for passkeys, if this server can have some. */
  readonly passkey: Html | undefined;
  /** The forms of the connectors of the name's domain, which come first. */
  readonly ofDomain: Html | undefined;
  /** The forms of other connectors. */
  readonly elsewhere: Html | undefined;
  readonly error?: Text | undefined;
}

/** The second page of a sign-in: the ways to prove the name. They are the same for every name, whether it exists or not. */
export function waysPage(page: WaysPage): Html {
  const { target, clientName, named, chooseAt, recoverAt, passkey, ofDomain, elsewhere, error } = page;
  const attributes = error === undefined ? html`` : html` aria-invalid="true" aria-describedby="errors"`;
  const isFirst = error === undefined && ofDomain === undefined;
  return html`<h1>${say('signIn.title')}</h1>
${clientName !== undefined && html`<p>${say('frame.goOnTo', { app: html`<strong>${clientName}</strong>` })}</p>`}
${errorSummary(error)}
${ofDomain}
${stepForm(
  'password',
  target,
  html`<input type="hidden" name="account" value="${named.account}">
<label for="name">${say('signIn.name')}</label>
<input id="name" name="name" autocomplete="username" readonly value="${named.name}">
${named.account !== '' && html`<p class="soft">${say('signIn.inAccount', { account: named.account })}</p>`}
${passwordField({
  id: 'password',
  label: say('signIn.password'),
  autocomplete: 'current-password',
  attributes: isFirst ? html` autofocus` : attributes,
})}
<button type="submit">${say('signIn.title')}</button>`,
)}
${passkey}
${elsewhere}
${recoverAt !== undefined && html`<p><a href="${recoverAt}">${say('recovery.forgot')}</a></p>`}
<p><a href="${chooseAt}">${say('signIn.anotherName')}</a></p>
${clientName !== undefined && cancelForm(target)}
${SHOW_PASSWORDS}${passkey !== undefined && PASSKEY_SCRIPT}`;
}
