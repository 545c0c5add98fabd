import { type Html, type HtmlValue, html, type Text } from '../../http/html.ts';
import { dayOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { pageLinks } from '../../sign-in/start/page-links.ts';
import {
  ACCOUNT_PATH,
  ACTIVITY_PATH,
  EMAIL_PATH,
  FACTORS_PATH,
  LINKS_PATH,
  PASSWORD_PATH,
  PROFILE_PATH,
  REQUESTS_PATH,
  SIGN_OUT_PATH,
} from '../own-client.ts';
import { scopeWords } from '../scope-words.ts';
import { nameOfFactor } from './factor-names.ts';
import type { GrantedApp } from './person-records.ts';
import { type ShownSession, sessionsSection } from './sessions-section.ts';

/** An app that does not get tokens, such as one that speaks SAML. */
export interface SignedInApp {
  readonly name: string;
  /** Where it signed the person in. */
  readonly browsers: readonly (string | Text)[];
}

export interface AccountPage {
  readonly csrf: string;
  readonly person: Person;
  readonly apps: readonly GrantedApp[];
  /** Apps that signed the person in, and have no access besides. */
  readonly others: readonly SignedInApp[];
  readonly sessions: readonly ShownSession[];
  readonly mayChangePassword: boolean;
  /** Whether the page for the e-mail address is offered. */
  readonly mayChangeEmail: boolean;
  /** Whether the page for the profile is offered. */
  readonly hasProfile: boolean;
  readonly notice?: string | Text | undefined;
  readonly banner: Html | undefined;
  /** The server in a few words; `undefined` if the person may not know. */
  readonly server?: string | undefined;
  /** How many requests of apps wait for an answer; `undefined` if there can be none. */
  readonly pendingRequests: number | undefined;
}

function appEntry(csrf: string, { client, scopes, since }: GrantedApp): Html {
  const name = client.clientName ?? client.clientId;
  return html`<li><div class="row"><strong>${name}</strong>
<form method="post"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="app" value="${client.clientId}">
<button type="submit" class="second small" aria-label="${say('account.revokeAccessOf', { app: name })}">${say('account.revokeAccess')}</button></form></div>
<span class="soft">${say('account.scopesSince', { day: dayOf(since), scopes: listed(scopes.map(scopeWords)) })}</span></li>`;
}

function otherEntry({ name, browsers }: SignedInApp): Html {
  return html`<li><strong>${name}</strong><br>
<span class="soft">${say('account.signedYouIn', { browsers: browsers.map((browser, i) => [i > 0 && ', ', browser]) })}</span></li>`;
}

/** Whether an address is confirmed matters only if that can be changed. */
function shownEmail({ isEmailVerified }: Person, mayChange: boolean, address: string): HtmlValue {
  if (!mayChange) return address;
  return say(isEmailVerified ? 'mailedCodes.isConfirmed' : 'mailedCodes.isNotConfirmed', { address });
}

function factorsOf({ factors }: Person): HtmlValue {
  if (factors.length === 0) return say('account.noFactors');
  return listed(
    factors.map((factor) => say('account.factorSince', { factor: nameOfFactor(factor), day: dayOf(factor.enabledAt) })),
  );
}

const listed = (values: readonly HtmlValue[]): HtmlValue => values.map((value, i) => [i > 0 && '; ', value]);

/** Shows who is signed in, and which apps have access (ASVS 10.7.3). */
export function accountPage({
  csrf,
  person,
  apps,
  others,
  sessions,
  mayChangePassword,
  mayChangeEmail,
  hasProfile,
  notice,
  banner,
  server,
  pendingRequests,
}: AccountPage): Html {
  return html`${pageLinks({ account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH }, 'account')}
<h1>${say('account.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
${banner}
<dl><dt>${say('account.signedInAs')}</dt><dd>${person.kind === 'root' ? say('account.rootUser', { name: person.name }) : person.name}</dd>
${person.email !== undefined && html`<dt>${say('account.email')}</dt><dd>${shownEmail(person, mayChangeEmail, person.email)}</dd>`}
<dt>${say('account.account')}</dt><dd>${person.accountAlias !== undefined && `${person.accountAlias}, `}${person.accountId}</dd>
<dt>ARN</dt><dd>${person.arn}</dd>
<dt>${say('account.secondFactors')}</dt><dd>${factorsOf(person)}</dd></dl>
${hasProfile && html`<p><a class="button second" href="${PROFILE_PATH}">${say('profile.title')}</a></p>`}
${sessionsSection(csrf, sessions)}
<p><a class="button second" href="${ACTIVITY_PATH}">${say('activity.title')}</a></p>
${pendingRequests !== undefined && html`<p><a class="button second" href="${REQUESTS_PATH}">${say('requests.pending', { count: pendingRequests })}</a></p>`}
<h2>${say('account.appsWithAccess')}</h2>
${
  apps.length + others.length === 0
    ? html`<p class="soft">${say('account.none')}</p>`
    : html`<ul class="plain">${apps.map((app) => appEntry(csrf, app))}${others.map(otherEntry)}</ul>`
}
<h2>${say('account.howYouSignIn')}</h2>
<p><a class="button second" href="${FACTORS_PATH}">${say('account.secondFactors')}</a></p>
${mayChangePassword && html`<p><a class="button second" href="${PASSWORD_PATH}">${say('account.changePassword')}</a></p>`}
${mayChangeEmail && html`<p><a class="button second" href="${EMAIL_PATH}">${say('mailedCodes.title')}</a></p>`}
${person.kind === 'user' && html`<p><a class="button second" href="${LINKS_PATH}">${say('account.linkedLogins')}</a></p>`}
${server !== undefined && html`<p class="soft">${server}</p>`}`;
}
