import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { newPasswordFields, passwordField, SHOW_PASSWORDS } from '../../http/password-field.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { passwordRulesOf } from '../../identity/passwords/change-password.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

/** A form to change the password, which also requires the current one (ASVS 6.2.3). */
export function passwordPage({
  csrf,
  person,
  error,
}: {
  csrf: string;
  person: Person;
  error?: string | Text | undefined;
}): Html {
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<h1>${say('account.changePassword')}</h1>
<p>${say('account.otherSessionsEnd')}</p>
${errorSummary(error)}
<form method="post"><input type="hidden" name="csrf" value="${csrf}">
<label for="username">${say('signIn.userName')}</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.kind === 'root' ? (person.email ?? person.name) : person.name}">
${passwordField({ id: 'current', label: say('account.currentPassword'), autocomplete: 'current-password', attributes: invalid })}
${newPasswordFields(passwordRulesOf(person), invalid)}
<button type="submit">${say('signIn.changePassword')}</button></form>
<a class="button second" href="${ACCOUNT_PATH}">${say('frame.cancel')}</a>
${SHOW_PASSWORDS}`;
}
