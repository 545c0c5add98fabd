import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { LINKS_PATH } from '../own-client.ts';

export interface LinkPasswordPage {
  readonly csrf: string;
  readonly connector: { readonly name: string; readonly displayName: string };
  /** What was typed before. */
  readonly name: string;
  readonly error?: string | Text | undefined;
}

/** Asks for the name and password of a login that is to be linked: only the password proves that it is the person's own. */
export function linkPasswordPage({ csrf, connector, name, error }: LinkPasswordPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('account.linkWith', { provider: connector.displayName })}</h1>
${errorSummary(error)}
<p>${say('account.linkExplained')}</p>
<form method="post" action="${LINKS_PATH}"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="link" value="${connector.name}">
<label for="name">${say('signIn.nameAt', { provider: connector.displayName })}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${name}"${invalid}>
${passwordField({ id: 'password', label: say('signIn.password'), autocomplete: 'current-password', attributes: invalid })}
<button type="submit">${say('account.linkLogin')}</button></form>
<p><a class="button second" href="${LINKS_PATH}">${say('frame.cancel')}</a></p>
${SHOW_PASSWORDS}`;
}
