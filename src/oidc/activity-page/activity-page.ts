import { browserName, shownBrowser } from '../../http/browser-name.ts';
import { type Html, type HtmlValue, html, Text } from '../../http/html.ts';
import { isoTime, minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { pageLinks } from '../../sign-in/start/page-links.ts';
import { whatEnds } from '../mailed-links/not-me-page.ts';
import { ACCOUNT_PATH, ACTIVITY_PATH, SIGN_OUT_PATH } from '../own-client.ts';
import { forApp, type NamedActivity, whatHappened } from './activity-words.ts';

/** An activity as the page shows it. */
export interface ShownActivity extends NamedActivity {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  /** Whether the person can say that it was not them. */
  readonly canReport: boolean;
}

export interface ActivityPage {
  readonly csrf: string;
  readonly activities: readonly ShownActivity[];
  readonly notice?: Text | undefined;
  readonly isFirst: boolean;
  /** The marker of the next page. */
  readonly next: string | undefined;
}

/** Shows what happened to the account of a person, newest first. */
export function activityPage({ csrf, activities, notice, isFirst, next }: ActivityPage): Html {
  return html`${pageLinks({ account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH })}
<h1>${say('activity.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<p>${say('activity.explained')}</p>
${
  activities.length === 0
    ? html`<p class="soft">${say('activity.none')}</p>`
    : html`<ul class="plain">${activities.map((activity) => entry(csrf, activity))}</ul>`
}
${!isFirst && html`<p><a class="button second" href="${ACTIVITY_PATH}">${say('activity.newest')}</a></p>`}
${next !== undefined && html`<p><a class="button second" href="${ACTIVITY_PATH}?after=${next}">${say('activity.older')}</a></p>`}
<p><a class="button second" href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>`;
}

function entry(csrf: string, activity: ShownActivity): Html {
  const { eventId, at, canReport } = activity;
  const what = whatHappened(activity);
  const label = say('activity.notMeOf', { what, when: minuteOf(at) });
  return html`<li><div class="row"><strong>${what}</strong>${
    canReport &&
    html`<form method="post">${hidden('csrf', csrf)}${hidden('event', eventId)}<button type="submit" class="second small" aria-label="${label}">${say('activity.notMe')}</button></form>`
  }</div>
<span class="soft">${circumstances(activity)}</span></li>`;
}

/** When, by whom, in which browser, from where and for which app. */
function circumstances(activity: ShownActivity): HtmlValue {
  const { at, by, userAgent, failures } = activity;
  const since = failures !== undefined && failures.since !== at && failures.since;
  const parts: readonly HtmlValue[] = [
    html`<time datetime="${isoTime(at)}">${minuteOf(at)}</time>`,
    since !== false && say('activity.failuresSince', { since: minuteOf(since) }),
    by === 'administrator' && say('activity.byAdministrator'),
    by === 'server' && say('activity.byServer'),
    userAgent !== undefined && shownBrowser(browserName(userAgent)),
    place(activity),
    forApp(activity),
  ];
  return parts.filter((part) => part !== false).map((part, n) => [n > 0 && ' · ', part]);
}

function place({ sourceIp: address, country }: ShownActivity): HtmlValue {
  return address === undefined ? false : placeOf(address, country);
}

/** An address, with its country (ISO 3166-1 alpha-2) if that is known. */
export function placeOf(address: string, country: string | undefined): HtmlValue {
  return country === undefined ? address : say('activity.addressIn', { address, country: countryName(country) });
}

/** The name of a country in the language of the page. */
function countryName(code: string): Text {
  return new Text((language) => new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code);
}

/** Asks whether to secure the account because of an activity. */
export function confirmNotMePage(csrf: string, activity: ShownActivity): Html {
  return html`<h1>${say('mailedLinks.wasThisYou')}</h1>
<p><strong>${whatHappened(activity)}</strong><br><span class="soft">${circumstances(activity)}</span></p>
${whatEnds()}
<form method="post">${hidden('csrf', csrf)}${hidden('event', activity.eventId)}${hidden('confirm', '1')}<button type="submit">${say('mailedLinks.secure')}</button></form>
<p><a class="button second" href="${ACTIVITY_PATH}">${say('activity.keep')}</a></p>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}
