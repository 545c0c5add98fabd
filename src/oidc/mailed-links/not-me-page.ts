import { type Html, html } from '../../http/html.ts';
import type { OpenNotice } from '../../identity/notices/report-not-me.ts';
import type { NoticeEvent } from '../../ports/mailer.ts';

const HAPPENED: Readonly<Record<NoticeEvent, string>> = {
  'new-device': 'a sign-in on a new device',
  'password-changed': 'a change of the password',
  'password-reset': 'a reset of the password',
  'factor-added': 'a new passkey, security key or authenticator app',
  'factor-removed': 'the removal of a passkey, security key or authenticator app',
  'recovery-code-used': 'the use of a recovery code',
  'email-changed': 'a change of the e-mail address',
};

const accountOf = ({ person }: OpenNotice): string => person.accountAlias ?? person.accountId;

/** Asks whether to secure the account. */
export function notMePage(notice: OpenNotice): Html {
  const { person, event, added } = notice;
  return html`<h1>Was this you?</h1>
<p>We told you of ${HAPPENED[event]}: <strong>${person.name}</strong> in the account <strong>${accountOf(notice)}</strong>.</p>
<p>If it was not you, secure the account now:</p>
<ul>
<li>All sessions and tokens end, on every device.</li>
<li>The password stops working. Your administrator gives you a new one.</li>
${added !== undefined && html`<li>The added passkey, security key or authenticator app is removed.</li>`}
</ul>
<form method="post"><button type="submit">This wasn’t me: secure the account</button></form>
<p class="soft">If it was you, close this page. Nothing has changed.</p>`;
}

/** Shown once everything has ended. */
export function securedPage(notice: OpenNotice): Html {
  return html`<h1>The account is secured</h1>
<p>All sessions of <strong>${notice.person.name}</strong> in the account <strong>${accountOf(notice)}</strong> have ended, and the password no longer works.</p>
<p>Tell your administrator what happened, and ask for a new password. If you have a passkey, you can sign in with it and choose a new password yourself. Check the links in our other mails, too: each is about one change.</p>`;
}
