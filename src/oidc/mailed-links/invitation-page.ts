import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { newPasswordFields, SHOW_PASSWORDS } from '../../http/password-field.ts';
import type { OpenInvitation } from '../../identity/invitations/accept-invitation.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

interface ShownInvitation extends OpenInvitation {
  readonly error?: string | undefined;
}

/** The form on which an invited person chooses a password. */
export function invitationPage({ person, email, rules, error }: ShownInvitation): Html {
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<h1>Welcome, ${person.name}</h1>
<p>You were invited to the account <strong>${person.accountAlias ?? person.accountId}</strong> as ${email}. Choose the password that you will sign in with.</p>
${errorSummary(error)}
<form method="post">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.name}">
${newPasswordFields(rules, invalid)}
<button type="submit">Accept the invitation</button></form>
${SHOW_PASSWORDS}`;
}

/** Shown once the person has a password. Nobody is signed in by a link. */
export function acceptedPage({ person }: Pick<OpenInvitation, 'person'>): Html {
  return html`<h1>You can sign in now</h1>
<p>Sign in to the account <strong>${person.accountAlias ?? person.accountId}</strong> as <strong>${person.name}</strong>. Then add a passkey or another second factor to your account.</p>
<p><a class="button" href="${ACCOUNT_PATH}">Sign in</a></p>`;
}
