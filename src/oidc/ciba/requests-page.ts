import { type Html, html, type Text } from '../../http/html.ts';
import { isoTime, minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { pageLinks } from '../../sign-in/start/page-links.ts';
import { placeOf } from '../activity-page/activity-page.ts';
import type { RequestedAccess } from '../device/requested-access.ts';
import { ACCOUNT_PATH, REQUESTS_PATH, SIGN_OUT_PATH } from '../own-client.ts';
import { scopeWords } from '../scope-words.ts';
import type { RequestStanding } from './request-standing.ts';

/** A request as the pages show it. */
export interface ShownRequest {
  readonly id: string;
  readonly clientId: string;
  readonly appName: string;
  /** What the app wrote, as text. */
  readonly bindingMessage: string | undefined;
  /** Ms since the epoch. */
  readonly requestedAt: number;
  readonly requestedFrom: string;
  /** ISO 3166-1 alpha-2, as far as it is known. */
  readonly country: string | undefined;
}

export interface RequestsPage {
  readonly csrf: string;
  readonly requests: readonly ShownRequest[];
  /** The apps that may not ask. */
  readonly muted: readonly { readonly clientId: string; readonly appName: string; readonly until: number }[];
  readonly notice?: Text | undefined;
}

/** Lists what apps ask of a person. Opening it answers nothing. */
export function requestsPage({ csrf, requests, muted, notice }: RequestsPage): Html {
  return html`${pageLinks({ account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH })}
<h1>${say('requests.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<p>${say('requests.explained')}</p>
${
  requests.length === 0
    ? html`<p class="soft">${say('requests.none')}</p>`
    : html`<ul class="plain">${requests.map(entry)}</ul>`
}
${
  muted.length > 0 &&
  html`<h2>${say('requests.mutedApps')}</h2>
<ul class="plain">${muted.map(
    ({ clientId, appName, until }) => html`<li><div class="row"><strong>${appName}</strong>
<form method="post" action="${REQUESTS_PATH}">${hidden('csrf', csrf)}${hidden('unmute', clientId)}<button type="submit" class="second small" aria-label="${say('requests.unmuteApp', { app: appName })}">${say('requests.unmute')}</button></form></div>
<span class="soft">${say('requests.mutedUntil', { time: time(until) })}</span></li>`,
  )}</ul>`
}
<p><a class="button second" href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>`;
}

function entry({ id, appName, bindingMessage, requestedAt }: ShownRequest): Html {
  return html`<li><div class="row"><strong>${appName}</strong>
<a class="button second small" href="${REQUESTS_PATH}/${id}" aria-label="${say('requests.openOf', { app: appName })}">${say('requests.open')}</a></div>
<span class="soft">${time(requestedAt)}${bindingMessage !== undefined && html` · <bdi>${bindingMessage}</bdi>`}</span></li>`;
}

const time = (at: number): Html => html`<time datetime="${isoTime(at)}">${minuteOf(at)}</time>`;

export interface RequestPage extends ShownRequest, RequestedAccess {
  readonly csrf: string;
  readonly personName: string;
  readonly accountName: string;
  readonly standing: RequestStanding;
}

/** One request: which app, from where and when, with which message and access, and as whom. Only its buttons answer it. */
export function requestPage(page: RequestPage): Html {
  const { appName, personName, accountName, bindingMessage, requestedFrom, country, requestedAt, clientId } = page;
  const strong = (text: string): Html => html`<strong>${text}</strong>`;
  return html`<h1>${say('requests.allowApp', { app: strong(appName) })}</h1>
<p>${say('requests.willBe', { person: strong(personName), account: strong(accountName) })}</p>
<dl>${
    bindingMessage !== undefined &&
    html`<dt>${say('requests.message')}</dt><dd><strong><bdi>${bindingMessage}</bdi></strong></dd>`
  }<dt>${say('requests.requestedFrom')}</dt><dd>${placeOf(requestedFrom, country)}</dd>
<dt>${say('requests.requestedAt')}</dt><dd>${time(requestedAt)}</dd></dl>
<p>${say('requests.asksTo')}</p>
<ul class="scopes">${accessOf(page).map((line) => html`<li>${line}</li>`)}</ul>
<p><strong>${say('requests.onlyIfStarted')}</strong>
${bindingMessage !== undefined && say('requests.compareMessage')} ${say('requests.ifNot')}</p>
${allowing(page)}
${answerForm(page, 'deny', html`<button type="submit" class="second">${say('consent.deny')}</button>`)}
${answerForm(page, 'mute', html`<button type="submit" class="second">${say('requests.denyAndMute')}</button>`)}
<p class="soft">${say('requests.mayRevoke', { client: clientId })}</p>
<p><a href="${REQUESTS_PATH}">${say('requests.later')}</a></p>`;
}

function allowing(page: RequestPage): Html {
  const { standing, appName, id } = page;
  switch (standing.kind) {
    case 'ready':
      return answerForm(page, 'allow', html`<button type="submit">${say('consent.allow')}</button>`);
    case 'sign-in':
      return html`<p>${say('requests.signInFirst', { app: appName })}</p>
<p><a class="button" href="${REQUESTS_PATH}/${id}?sign-in=1">${say('requests.signIn')}</a></p>`;
    case 'not-assigned':
      return html`<p>${say('requests.notAssigned', { app: appName })}</p>`;
    case 'unmet':
      return html`<p>${say('requests.unmet', { app: appName })}</p>`;
  }
}

function answerForm({ csrf, id }: RequestPage, answer: 'allow' | 'deny' | 'mute', button: Html): Html {
  return html`<form method="post" action="${REQUESTS_PATH}/${id}">${hidden('csrf', csrf)}${hidden('answer', answer)}${button}</form>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function accessOf({ scopes, resourceScopes }: RequestedAccess): readonly (string | Text)[] {
  const ofServices = Object.entries(resourceScopes).map(([resource, names]) =>
    say('consent.useResource', { resource, scopes: names.join(', ') }),
  );
  return [...scopes.map(scopeWords), ...ofServices];
}
