import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { shortestPassword } from '../../identity/sign-in/password-policy.ts';
import type { Person } from '../../identity/sign-in/people.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

/** Root users always may; IAM users where the account's password policy lets all of them. */
export function mayChangePassword({ kind, password }: Person): boolean {
  return kind === 'root' || password.policy?.allowUsersToChangePassword === true;
}

/** A new password in the old one's place, which has to be shown again (ASVS 6.2.3). */
export function passwordPage({
  csrf,
  person,
  error,
}: {
  csrf: string;
  person: Person;
  error?: string | undefined;
}): Html {
  const shortest = shortestPassword(person.password.policy, person.mfaDevices.length > 0);
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<h1>Change your password</h1>
<p>Your other sessions will end.</p>
${errorSummary(error)}
<form method="post"><input type="hidden" name="csrf" value="${csrf}">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.email ?? person.name}">
<label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" required${invalid}>
<label for="new-password">New password<span class="hint">At least ${shortest} characters</span></label>
<input id="new-password" name="newPassword" type="password" autocomplete="new-password" required${invalid}>
<label for="repeated">Repeat the new password</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required${invalid}>
<button type="submit">Change password</button></form>
<a class="button second" href="${ACCOUNT_PATH}">Cancel</a>`;
}
