import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

/** The name of the step that the form is for. */
export const DIRECTORY_STEP = 'directory';

export interface DirectoryPage {
  readonly target: FormTarget;
  /** The app that the person signs in to; absent for our own pages. */
  readonly clientName: string | undefined;
  readonly connector: { readonly name: string; readonly displayName: string };
  readonly name: string;
  /** Where the other ways to sign in are. */
  readonly chooseAt: string;
  readonly error?: string | Text | undefined;
}

/** Name and password of a person in a directory. */
export function directoryPage({ target, clientName, connector, name, chooseAt, error }: DirectoryPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('signIn.signInWith', { provider: connector.displayName })}</h1>
${clientName !== undefined && html`<p>${say('frame.goOnTo', { app: html`<strong>${clientName}</strong>` })}</p>`}
${errorSummary(error)}
${stepForm(
  DIRECTORY_STEP,
  target,
  html`<input type="hidden" name="connector" value="${connector.name}">
<label for="name">${say('signIn.nameAt', { provider: connector.displayName })}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${name}"${invalid}>
${passwordField({ id: 'password', label: say('signIn.password'), autocomplete: 'current-password', attributes: invalid })}
<button type="submit">${say('signIn.title')}</button>`,
)}
<p><a href="${chooseAt}">${say('signIn.anotherWay')}</a></p>
${clientName !== undefined && cancelForm(target)}
${SHOW_PASSWORDS}`;
}
