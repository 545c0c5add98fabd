import { type Html, html, type Text } from '../../http/html.ts';
import { minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';

/** A browser in which a person is signed in. */
export interface ShownSession {
  readonly uid: string;
  readonly browser: string | Text;
  /** From where the person signed in, if that is known. */
  readonly address: string | undefined;
  /** Ms since the epoch. */
  readonly signedInAt: number;
  /** Whether it is the one that shows the page. */
  readonly isThis: boolean;
}

/** Where a person is signed in, with forms that end it. */
export function sessionsSection(csrf: string, sessions: readonly ShownSession[]): Html {
  const others = sessions.filter(({ isThis }) => !isThis);
  return html`<h2 id="sessions">${say('account.sessions')}</h2>
<ul class="plain">${sessions.map((session) => entry(csrf, session))}</ul>
${others.length > 1 && html`<form method="post">${hidden('csrf', csrf)}${hidden('end', 'others')}<button type="submit" class="second">${say('account.signOutElsewhere')}</button></form>`}`;
}

function entry(csrf: string, { uid, browser, address, signedInAt, isThis }: ShownSession): Html {
  const since = minuteOf(signedInAt);
  return html`<li><div class="row"><strong>${browser}</strong>${
    isThis
      ? html`<span class="soft">${say('account.thisBrowser')}</span>`
      : html`<form method="post">${hidden('csrf', csrf)}${hidden('end', uid)}<button type="submit" class="second small" aria-label="${say('account.signOutOf', { browser, since })}">${say('frame.signOut')}</button></form>`
  }</div>
<span class="soft">${address === undefined ? say('account.signedInSince', { since }) : say('account.signedInFrom', { since, address })}</span></li>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}
