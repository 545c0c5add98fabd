import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { OpenNotice, Suspicion } from '../../identity/notices/report-not-me.ts';
import type { NoticeEvent } from '../../ports/mailer.ts';

const HAPPENED: Readonly<Record<NoticeEvent, Text>> = {
  'new-device': say('mailedLinks.newDevice'),
  'password-changed': say('mailedLinks.passwordChanged'),
  'password-reset': say('mailedLinks.passwordReset'),
  'factor-added': say('mailedLinks.factorAdded'),
  'factor-removed': say('mailedLinks.factorRemoved'),
  'factor-reset-announced': say('mailedLinks.factorResetAnnounced'),
  'login-linked': say('mailedLinks.loginLinked'),
  'login-unlinked': say('mailedLinks.loginUnlinked'),
  'recovery-code-used': say('mailedLinks.recoveryCodeUsed'),
  'email-changed': say('mailedLinks.emailChanged'),
  'root-used': say('mailedLinks.rootUsed'),
  'emergency-access-used': say('mailedLinks.emergencyAccessUsed'),
};

/** Whom a notice is about, as values of its messages. */
const whose = ({ person }: Suspicion) => ({
  person: html`<strong>${person.name}</strong>`,
  account: html`<strong>${person.accountAlias ?? person.accountId}</strong>`,
});

/** Asks whether to secure the account. */
export function notMePage(notice: OpenNotice): Html {
  const { event } = notice;
  return html`<h1>${say('mailedLinks.wasThisYou')}</h1>
<p>${say('mailedLinks.toldYou', { event: HAPPENED[event], ...whose(notice) })}</p>
${whatEnds()}
<form method="post"><button type="submit">${say('mailedLinks.secure')}</button></form>
<p class="soft">${say('mailedLinks.ifYou')}</p>`;
}

/** What happens if the person confirms. */
export function whatEnds(): Html {
  return html`<p>${say('mailedLinks.ifNotYou')}</p>
<ul>
<li>${say('mailedLinks.sessionsEnd')}</li>
<li>${say('mailedLinks.passwordStops')}</li>
<li>${say('mailedLinks.addedIsRemoved')}</li>
<li>${say('mailedLinks.addressComesBack')}</li>
</ul>`;
}

/** Shown once everything has ended. */
export function securedPage(notice: Suspicion): Html {
  return html`<h1>${say('mailedLinks.secured')}</h1>
<p>${say('mailedLinks.sessionsEnded', whose(notice))}</p>
<p>${say('mailedLinks.tellAdministrator')}</p>`;
}
