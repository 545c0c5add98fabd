import { type Html, html } from '../../http/html.ts';

/** A browser in which a person is signed in. */
export interface ShownSession {
  readonly uid: string;
  readonly browser: string;
  /** Ms since the epoch. */
  readonly signedInAt: number;
  /** Whether it is the one that shows the page. */
  readonly isThis: boolean;
}

/** Where a person is signed in, with forms that end it. */
export function sessionsSection(csrf: string, sessions: readonly ShownSession[]): Html {
  const others = sessions.filter(({ isThis }) => !isThis);
  return html`<h2 id="sessions">Where you are signed in</h2>
<ul class="plain">${sessions.map((session) => entry(csrf, session))}</ul>
${others.length > 1 && html`<form method="post">${hidden('csrf', csrf)}${hidden('end', 'others')}<button type="submit" class="second">Sign out everywhere else</button></form>`}`;
}

function entry(csrf: string, { uid, browser, signedInAt, isThis }: ShownSession): Html {
  const since = new Date(signedInAt).toISOString().slice(0, 16).replace('T', ' ');
  return html`<li><div class="row"><strong>${browser}</strong>${
    isThis
      ? html`<span class="soft">This browser</span>`
      : html`<form method="post">${hidden('csrf', csrf)}${hidden('end', uid)}<button type="submit" class="second small" aria-label="Sign out ${browser}, since ${since}">Sign out</button></form>`
  }</div>
<span class="soft">Signed in ${since} UTC</span></li>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}
