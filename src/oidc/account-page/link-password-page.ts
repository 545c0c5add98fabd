import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { LINKS_PATH } from '../own-client.ts';

export interface LinkPasswordPage {
  readonly csrf: string;
  readonly connector: { readonly name: string; readonly displayName: string };
  /** What was typed before. */
  readonly name: string;
  readonly error?: string | undefined;
}

/** Asks for the name and password of a login that is to be linked: only the password proves that it is the person's own. */
export function linkPasswordPage({ csrf, connector, name, error }: LinkPasswordPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>Link a login with ${connector.displayName}</h1>
${errorSummary(error)}
<p>Enter the user name and password that you have there. The password is checked once, and not kept.</p>
<form method="post" action="${LINKS_PATH}"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="link" value="${connector.name}">
<label for="name">User name at ${connector.displayName}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${name}"${invalid}>
${passwordField({ id: 'password', label: 'Password', autocomplete: 'current-password', attributes: invalid })}
<button type="submit">Link login</button></form>
<p><a class="button second" href="${LINKS_PATH}">Cancel</a></p>
${SHOW_PASSWORDS}`;
}
