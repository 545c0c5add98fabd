import { type Html, html } from '../../http/html.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { pageLinks } from '../../sign-in/start/page-links.ts';
import { SCOPE_WORDS } from '../features/claims.ts';
import { ACCOUNT_PATH, FACTORS_PATH, LINKS_PATH, PASSWORD_PATH, SIGN_OUT_PATH } from '../own-client.ts';
import { dayOf, nameOfFactor } from './factor-names.ts';
import type { GrantedApp } from './person-records.ts';
import { type ShownSession, sessionsSection } from './sessions-section.ts';

/** An app that does not get tokens, such as one that speaks SAML. */
export interface SignedInApp {
  readonly name: string;
  /** Where it signed the person in. */
  readonly browsers: readonly string[];
}

export interface AccountPage {
  readonly csrf: string;
  readonly person: Person;
  readonly apps: readonly GrantedApp[];
  /** Apps that signed the person in, and have no access besides. */
  readonly others: readonly SignedInApp[];
  readonly sessions: readonly ShownSession[];
  readonly mayChangePassword: boolean;
  readonly notice?: string | undefined;
  /** The server in a few words; `undefined` if the person may not know. */
  readonly server?: string | undefined;
}

function appEntry(csrf: string, { client, scopes, since }: GrantedApp): Html {
  const name = client.clientName ?? client.clientId;
  return html`<li><div class="row"><strong>${name}</strong>
<form method="post"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="app" value="${client.clientId}">
<button type="submit" class="second small" aria-label="Revoke the access of ${name}">Revoke access</button></form></div>
<span class="soft">Since ${dayOf(since)}: ${scopes.map((scope) => SCOPE_WORDS[scope] ?? scope).join('; ')}</span></li>`;
}

function otherEntry({ name, browsers }: SignedInApp): Html {
  return html`<li><strong>${name}</strong><br>
<span class="soft">Signed you in (${browsers.join(', ')}). Sign out in that browser to end it.</span></li>`;
}

function factorsOf({ factors }: Person): string {
  if (factors.length === 0) return 'None';
  return factors.map((factor) => `${nameOfFactor(factor)}, since ${dayOf(factor.enabledAt)}`).join('; ');
}

/** Shows who is signed in, and which apps have access (ASVS 10.7.3). */
export function accountPage({
  csrf,
  person,
  apps,
  others,
  sessions,
  mayChangePassword,
  notice,
  server,
}: AccountPage): Html {
  return html`${pageLinks({ account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH }, 'account')}
<h1>Your account</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<dl><dt>Signed in as</dt><dd>${person.name}${person.kind === 'root' && ' (root user)'}</dd>
${person.email !== undefined && html`<dt>E-mail</dt><dd>${person.email}</dd>`}
<dt>Account</dt><dd>${person.accountAlias !== undefined && `${person.accountAlias}, `}${person.accountId}</dd>
<dt>ARN</dt><dd>${person.arn}</dd>
<dt>Second factors</dt><dd>${factorsOf(person)}</dd></dl>
${sessionsSection(csrf, sessions)}
<h2>Apps with access</h2>
${
  apps.length + others.length === 0
    ? html`<p class="soft">None.</p>`
    : html`<ul class="plain">${apps.map((app) => appEntry(csrf, app))}${others.map(otherEntry)}</ul>`
}
<h2>How you sign in</h2>
<p><a class="button second" href="${FACTORS_PATH}">Second factors</a></p>
${mayChangePassword && html`<p><a class="button second" href="${PASSWORD_PATH}">Change your password</a></p>`}
${person.kind === 'user' && html`<p><a class="button second" href="${LINKS_PATH}">Linked logins</a></p>`}
${server !== undefined && html`<p class="soft">${server}</p>`}`;
}
