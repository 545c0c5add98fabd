import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, passkeyForm } from '../../http/passkey-form.ts';
import { newPasswordFields, SHOW_PASSWORDS } from '../../http/password-field.ts';
import type { Accepted, InvitedCeremony, OpenInvitation } from '../../identity/invitations/accept-invitation.ts';
import type { RequiredFactor } from '../../sign-in/policy/required-factor.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

interface ShownInvitation extends OpenInvitation {
  /** The ceremony that makes a passkey in place of a password; `undefined` if the person can make none here. */
  readonly passkey: InvitedCeremony | undefined;
  readonly required: RequiredFactor | undefined;
  /** Where the forms lead: the link itself. */
  readonly action: string;
  readonly error?: Text | undefined;
}

/** The page on which an invited person chooses a passkey or a password. Browsers without scripts show the password only. */
export function invitationPage(shown: ShownInvitation): Html {
  const { person, email, passkey, required, error } = shown;
  const account = html`<strong>${person.accountAlias ?? person.accountId}</strong>`;
  return html`<h1>${say('mailedLinks.welcome', { person: person.name })}</h1>
<p>${passkey === undefined ? say('mailedLinks.invited', { account, email }) : say('mailedLinks.invitedToChoose', { account, email })}</p>
${errorSummary(error)}
${required !== undefined && html`<p class="note">${required.kind === 'passkey' ? say('mailedLinks.needsPasskey') : say('mailedLinks.needsFactor')}</p>`}
${passkey !== undefined && passkeySection(shown.action, passkey)}
${passkey !== undefined && html`<h2>${say('mailedLinks.withPassword')}</h2>`}
${passwordForm(shown)}
${passkey !== undefined && PASSKEY_SCRIPT}
${SHOW_PASSWORDS}`;
}

function passkeySection(action: string, ceremony: NonNullable<InvitedCeremony>): Html {
  return html`<h2>${say('mailedLinks.withPasskey')}</h2>
<p>${say('mailedLinks.whatPasskeysDo')}</p>
<p data-without-passkey>${say('factors.noPasskeysHere')}</p>
${passkeyForm(
  { ...ceremony, action, ceremony: 'create', hidden: {} },
  html`<label for="passkey-label">${say('factors.name')}<span class="hint">${say('factors.nameHintKey')}</span></label>
<input id="passkey-label" name="label" maxlength="64">
<button type="submit">${say('mailedLinks.acceptWithPasskey')}</button>`,
)}`;
}

function passwordForm({ person, rules, passkey, error }: ShownInvitation): Html {
  const invalid = error !== undefined && html` aria-describedby="errors"`;
  return html`<form method="post">
<label for="username">${say('signIn.userName')}</label>
<input id="username" name="username" autocomplete="username" readonly value="${person.name}">
${newPasswordFields(rules, invalid)}
<button type="submit"${passkey !== undefined && html` class="second"`}>${say('mailedLinks.accept')}</button></form>`;
}

/** Shown once the person has a password or passkey. Nobody is signed in by a link. */
export function acceptedPage({ person, passkey }: Pick<Accepted, 'passkey'> & Pick<OpenInvitation, 'person'>): Html {
  const whose = {
    account: html`<strong>${person.accountAlias ?? person.accountId}</strong>`,
    person: html`<strong>${person.name}</strong>`,
  };
  return html`<h1>${say('mailedLinks.canSignIn')}</h1>
<p>${passkey === undefined ? say('mailedLinks.signInAs', whose) : say('mailedLinks.signInByPasskey', whose)}</p>
<p><a class="button" href="${ACCOUNT_PATH}">${say('signIn.title')}</a></p>`;
}
