import { type Html, html } from '../../http/html.ts';
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
  return html`<h1>Continue as somebody else?</h1>
<p>This browser is signed in as <strong>${present}</strong>. The link that you followed continues as
<strong>${principalName(principal)}</strong> of account <strong>${principal.accountId}</strong>.</p>
${issuer !== undefined && html`<p class="soft">The link says that it comes from ${issuer.slice(0, LONGEST_ISSUER)}.</p>`}
<p>Continue only if you asked for this yourself.</p>
<form method="post" action="${FEDERATION_PATH}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Continue as ${principalName(principal)}</button>
</form>`;
}

export interface SessionPage {
  readonly caller: Caller;
  readonly expiresAt: number;
  readonly csrf: string;
}

/** Who is signed in to this browser by console federation, and until when. */
export function sessionPage({ caller, expiresAt, csrf }: SessionPage): Html {
  return html`<h1>Signed in as a role</h1>
<dl><dt>Principal</dt><dd>${principalName(caller)}</dd>
<dt>ARN</dt><dd>${caller.arn}</dd>
<dt>Account</dt><dd>${caller.accountId}</dd>
<dt>Until</dt><dd><time datetime="${new Date(expiresAt).toISOString()}">${new Date(expiresAt).toUTCString()}</time></dd></dl>
<form method="post" action="${SESSION_PATH}"><input type="hidden" name="csrf" value="${csrf}">
<button type="submit" class="second">Sign out</button></form>`;
}

export function signedOutPage(): Html {
  return html`<h1>Not signed in as a role</h1>
<p>Nobody is signed in to this browser by a link of console federation, or the session has ended. Follow a new link from where you got it.</p>`;
}
