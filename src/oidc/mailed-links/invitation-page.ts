import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { newPasswordFields, SHOW_PASSWORDS } from '../../http/password-field.ts';
import type { OpenInvitation } from '../../identity/invitations/accept-invitation.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

interface ShownInvitation extends OpenInvitation {
  readonly error?: Text | undefined;
}

/** The form on which an invited person chooses a password. */
export function invitationPage({ person, email, rules, error }: ShownInvitation): Html {
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<h1>${say('mailedLinks.welcome', { person: person.name })}</h1>
<p>${say('mailedLinks.invited', { account: html`<strong>${person.accountAlias ?? person.accountId}</strong>`, email })}</p>
${errorSummary(error)}
<form method="post">
<label for="username">${say('signIn.userName')}</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.name}">
${newPasswordFields(rules, invalid)}
<button type="submit">${say('mailedLinks.accept')}</button></form>
${SHOW_PASSWORDS}`;
}

/** Shown once the person has a password. Nobody is signed in by a link. */
export function acceptedPage({ person }: Pick<OpenInvitation, 'person'>): Html {
  return html`<h1>${say('mailedLinks.canSignIn')}</h1>
<p>${say('mailedLinks.signInAs', { account: html`<strong>${person.accountAlias ?? person.accountId}</strong>`, person: html`<strong>${person.name}</strong>` })}</p>
<p><a class="button" href="${ACCOUNT_PATH}">${say('signIn.title')}</a></p>`;
}
