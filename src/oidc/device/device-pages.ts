import { type Html, html, type Text } from '../../http/html.ts';
import { minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import type { CodeProblem } from '../library/device-code.ts';
import { ACCOUNT_PATH } from '../own-client.ts';
import { scopeWords } from '../scope-words.ts';
import type { RequestedAccess } from './requested-access.ts';

/** Where the forms are posted, and their secret. */
export interface DeviceForm {
  readonly action: string;
  readonly secret: string;
}

const PROBLEMS: Readonly<Record<CodeProblem, Text>> = {
  none: say('device.enterCode'),
  unknown: say('device.unknown'),
  expired: say('device.expired'),
  used: say('device.used'),
  denied: say('device.wasDenied'),
  error: say('device.outOfDate'),
};

export interface CodePage extends DeviceForm {
  readonly personName: string;
  readonly accountName: string;
  readonly problem?: CodeProblem | undefined;
  readonly typed?: string | undefined;
}

type Person = Pick<CodePage, 'personName' | 'accountName'>;

function strong({ personName, accountName }: Person): { readonly person: Html; readonly account: Html } {
  return { person: html`<strong>${personName}</strong>`, account: html`<strong>${accountName}</strong>` };
}

/** Asks for the code that a device shows. */
export function codePage({ action, secret, personName, accountName, problem, typed = '' }: CodePage): Html {
  const invalid = problem !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('device.title')}</h1>
${errorSummary(problem && PROBLEMS[problem])}
<p>${say('device.signedInAs', strong({ personName, accountName }))}</p>
<p>${say('device.onlyYours', { device: html`<strong>${say('device.ownDevice')}</strong>` })}</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}">
<label for="user_code">${say('device.code')}<span class="hint">${say('device.codeHint')}</span></label>
<input id="user_code" name="user_code" value="${typed}" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"${invalid}>
<button type="submit">${say('frame.continue')}</button></form>
<p><a href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>`;
}

export interface ConfirmPage extends DeviceForm, RequestedAccess {
  readonly personName: string;
  readonly accountName: string;
  readonly clientName: string;
  readonly clientId: string;
  readonly isCommandLine: boolean;
  readonly userCode: string;
  readonly requestedFrom: string;
  readonly isOwnNetwork: boolean;
  /** Ms since the epoch. */
  readonly requestedAt: number;
  /** Ms since the epoch. */
  readonly now: number;
}

/** Asks whether to sign a device in: which app, from where and when, with which access, and as whom (RFC 8628 §5.4, §5.5). */
export function confirmPage(page: ConfirmPage): Html {
  const { clientName, personName, accountName, userCode, requestedFrom, isOwnNetwork } = page;
  return html`<h1>${say('device.allowApp', { app: html`<strong>${clientName}</strong>` })}</h1>
<p>${say('device.willBe', strong({ personName, accountName }))}</p>
<dl><dt>${say('device.code')}</dt><dd><strong>${userCode}</strong></dd>
<dt>${say('device.requestedFrom')}</dt><dd>${isOwnNetwork ? say('device.sameNetwork', { address: requestedFrom }) : html`${requestedFrom} <strong>${say('device.otherNetworkWarning')}</strong>`}</dd>
<dt>${say('device.requestedAt')}</dt><dd>${describeTime(page)}</dd></dl>
<p>${say('device.asksTo')}</p>
<ul class="scopes">${accessOf(page).map((line) => html`<li>${line}</li>`)}</ul>
<p><strong>${say('device.onlyIfStarted')}</strong>
${say('device.ifSent')}</p>
${answerForm(page, 'confirm', html`<button type="submit">${say('consent.allow')}</button>`)}
${answerForm(page, 'abort', html`<button type="submit" class="second">${say('consent.deny')}</button>`)}
<p class="soft">${say('device.mayRevoke', { client: page.clientId })}</p>`;
}

function answerForm({ action, secret, userCode }: ConfirmPage, answer: 'confirm' | 'abort', button: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}">
<input type="hidden" name="user_code" value="${userCode}"><input type="hidden" name="${answer}" value="yes">${button}</form>`;
}

function accessOf({ isCommandLine, scopes, resourceScopes }: ConfirmPage): readonly (string | Text)[] {
  if (isCommandLine) {
    return [say('consent.openid'), say('consent.useRoles'), say('consent.staySignedInDevice')];
  }
  const ofServices = Object.entries(resourceScopes).map(([resource, names]) =>
    say('consent.useResource', { resource, scopes: names.join(', ') }),
  );
  return [...scopes.map(scopeWords), ...ofServices];
}

function describeTime({ requestedAt, now }: ConfirmPage): Text {
  const count = Math.max(0, Math.floor((now - requestedAt) / 60_000));
  const ago = count === 0 ? say('device.justNow') : say('device.minutesAgo', { count });
  return say('device.ago', { time: minuteOf(requestedAt), ago });
}

/** The end in the browser: the device goes on. */
export function allowedPage(clientName: string | Text): Html {
  return html`<h1>${say('device.deviceSignedIn')}</h1>
<p>${say('device.goBackTo', { app: html`<strong>${clientName}</strong>` })}</p>
<p><a href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>`;
}

export function deniedPage(): Html {
  return html`<h1>${say('device.denied')}</h1>
<p>${say('device.notSignedIn')}</p>
<p><a href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>`;
}
