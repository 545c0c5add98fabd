import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { FEDERATION_PATH, SESSION_PATH } from './federation-paths.ts';

const LONGEST_ISSUER = 200;

/** A principal in words. */
export function principalName(caller: Caller): string {
  if (caller.type === 'AssumedRole') return `${caller.roleName}/${caller.sessionName}`;
  return caller.type === 'FederatedUser' ? caller.sessionName : caller.arn;
}

export interface AskPage {
  /** Whose sign-in the link is for. */
  readonly principal: Caller;
  /** Who is signed in to the browser now. */
  readonly present: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly issuer: string | undefined;
}

/** Asks before a link signs the browser in as somebody else: the link may come from an attacker, who would see what the person does then. */
export function askPage({ principal, present, fields, issuer }: AskPage): Html {
  return html`<h1>${say('consoleFederation.continueAsOther')}</h1>
<p>${say('consoleFederation.linkContinues', {
    present: html`<strong>${present}</strong>`,
    principal: html`<strong>${principalName(principal)}</strong>`,
    account: html`<strong>${principal.accountId}</strong>`,
  })}</p>
${issuer !== undefined && html`<p class="soft">${say('consoleFederation.linkFrom', { issuer: issuer.slice(0, LONGEST_ISSUER) })}</p>`}
<p>${say('consoleFederation.onlyIfAsked')}</p>
<form method="post" action="${FEDERATION_PATH}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">${say('consoleFederation.continueAs', { principal: principalName(principal) })}</button>
</form>`;
}

export interface SessionPage {
  readonly caller: Caller;
  readonly expiresAt: number;
  readonly csrf: string;
}

/** Who is signed in to this browser by console federation, and until when. */
export function sessionPage({ caller, expiresAt, csrf }: SessionPage): Html {
  return html`<h1>${say('consoleFederation.signedIn')}</h1>
<dl><dt>${say('consoleFederation.principal')}</dt><dd>${principalName(caller)}</dd>
<dt>ARN</dt><dd>${caller.arn}</dd>
<dt>${say('consoleFederation.account')}</dt><dd>${caller.accountId}</dd>
<dt>${say('consoleFederation.until')}</dt><dd><time datetime="${new Date(expiresAt).toISOString()}">${new Date(expiresAt).toUTCString()}</time></dd></dl>
<form method="post" action="${SESSION_PATH}"><input type="hidden" name="csrf" value="${csrf}">
<button type="submit" class="second">${say('frame.signOut')}</button></form>`;
}

export function signedOutPage(): Html {
  return html`<h1>${say('consoleFederation.notSignedIn')}</h1>
<p>${say('consoleFederation.followNewLink')}</p>`;
}
