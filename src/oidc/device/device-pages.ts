import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { SCOPE_WORDS } from '../features/claims.ts';
import type { CodeProblem } from '../library/device-code.ts';
import { ACCOUNT_PATH } from '../own-client.ts';
import type { RequestedAccess } from './requested-access.ts';

/** Where the forms are posted, and their secret. */
export interface DeviceForm {
  readonly action: string;
  readonly secret: string;
}

const PROBLEMS: Readonly<Record<CodeProblem, string>> = {
  none: 'Enter the code that the device shows.',
  unknown: 'There is no such code. Compare it with the device; a code is valid for ten minutes.',
  expired: 'This code has expired. Start again on the device, which then shows another one.',
  used: 'This code was used already. Start again on the device, which then shows another one.',
  denied: 'The request was denied.',
  error: 'This page was out of date. Enter the code again.',
};

export interface CodePage extends DeviceForm {
  readonly personName: string;
  readonly accountName: string;
  readonly problem?: CodeProblem | undefined;
  readonly typed?: string | undefined;
}

/** Asks for the code that a device shows. */
export function codePage({ action, secret, personName, accountName, problem, typed = '' }: CodePage): Html {
  const invalid = problem !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>Sign in on a device</h1>
${errorSummary(problem && PROBLEMS[problem])}
<p>You are signed in as <strong>${personName}</strong> of account <strong>${accountName}</strong>.</p>
<p>Enter a code only if <strong>a device that you are using yourself</strong> shows it. Nobody else may give you one.</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}">
<label for="user_code">Code on the device<span class="hint">Such as WDJB-MJHT</span></label>
<input id="user_code" name="user_code" value="${typed}" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"${invalid}>
<button type="submit">Continue</button></form>
<p><a href="${ACCOUNT_PATH}">Your account</a></p>`;
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
  return html`<h1>Allow <strong>${clientName}</strong> on another device?</h1>
<p>That device will be signed in as <strong>${personName}</strong> of account <strong>${accountName}</strong>.</p>
<dl><dt>Code on the device</dt><dd><strong>${userCode}</strong></dd>
<dt>Requested from</dt><dd>${requestedFrom}${isOwnNetwork ? ' (the network that you are in)' : html` <strong>(not the network that you are in)</strong>`}</dd>
<dt>Requested at</dt><dd>${describeTime(page)}</dd></dl>
<p>It asks to:</p>
<ul class="scopes">${accessOf(page).map((line) => html`<li>${line}</li>`)}</ul>
<p><strong>Allow this only if you started it yourself, just now, and the device in front of you shows this code.</strong>
If somebody sent you a link or a code, deny it: they would be signed in as you.</p>
${answerForm(page, 'confirm', html`<button type="submit">Allow</button>`)}
${answerForm(page, 'abort', html`<button type="submit" class="second">Deny</button>`)}
<p class="soft">You can revoke it on your account page at any time. Client ID: ${page.clientId}</p>`;
}

function answerForm({ action, secret, userCode }: ConfirmPage, answer: 'confirm' | 'abort', button: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${secret}">
<input type="hidden" name="user_code" value="${userCode}"><input type="hidden" name="${answer}" value="yes">${button}</form>`;
}

function accessOf({ isCommandLine, scopes, resourceScopes }: ConfirmPage): readonly string[] {
  if (isCommandLine) {
    return [
      'Know who you are: your identifier and your account',
      'Use the roles that you may assume, as you',
      'Stay signed in on that device for a while',
    ];
  }
  const ofServices = Object.entries(resourceScopes).map(
    ([resource, names]) => `Use ${resource} for you: ${names.join(', ')}`,
  );
  return [...scopes.map((scope) => SCOPE_WORDS[scope] ?? scope), ...ofServices];
}

function describeTime({ requestedAt, now }: ConfirmPage): string {
  const minutes = Math.max(0, Math.floor((now - requestedAt) / 60_000));
  const ago = minutes === 0 ? 'less than a minute ago' : minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
  return `${new Date(requestedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${ago}`;
}

/** The end in the browser: the device goes on. */
export function allowedPage(clientName: string): Html {
  return html`<h1>You are signed in on the device</h1>
<p>Go back to <strong>${clientName}</strong>. You can close this page.</p>
<p><a href="${ACCOUNT_PATH}">Your account</a></p>`;
}

export function deniedPage(): Html {
  return html`<h1>You denied the request</h1>
<p>The device is not signed in. If somebody else asked you to allow it, tell your administrator.</p>
<p><a href="${ACCOUNT_PATH}">Your account</a></p>`;
}
