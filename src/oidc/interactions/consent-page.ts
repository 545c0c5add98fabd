import { type Html, html } from '../../http/html.ts';
import { type FormTarget, stepForm } from '../../sign-in/pages/step-form.ts';
import { SCOPE_WORDS } from '../features/claims.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';

export interface ConsentPage {
  readonly target: FormTarget;
  readonly clientName: string;
  readonly clientId: string;
  readonly clientUri: string | undefined;
  /** The address that the person will be redirected to, which may help to recognise the app; `undefined` for a device. */
  readonly redirectTo: string | undefined;
  readonly scopes: readonly string[];
  /** The requested scopes of other services, by the service's address. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
  readonly personName: string;
  readonly accountName: string;
}

/** Asks the person to consent to an app's request (ASVS 10.7.2): which app, which access, for how long, and as whom. */
export function consentPage(page: ConsentPage): Html {
  const { scopes, resourceScopes } = page;
  if (page.clientId === COMMAND_LINE_CLIENT_ID) return commandLineConsent(page);
  const stays = scopes.includes('offline_access');
  return html`<h1>Allow <strong>${page.clientName}</strong>?</h1>
<p>You are signed in as <strong>${page.personName}</strong> of account <strong>${page.accountName}</strong>. ${page.clientName} asks to:</p>
<ul class="scopes">
${scopes.map((scope) => html`<li>${SCOPE_WORDS[scope] ?? scope}</li>`)}
${Object.entries(resourceScopes).map(([resource, names]) => html`<li>Use ${resource} for you: ${names.join(', ')}</li>`)}
</ul>
<p class="soft">It may do so ${stays ? 'for 14 days' : 'while you are signed in'}, until you take it back on your account page.</p>
${consentForms(page)}`;
}

/** The built-in client of `rolecall login` gets more than scopes say, and every program on the person's machine could ask in its name. */
function commandLineConsent(page: ConsentPage): Html {
  return html`<h1>Allow <strong>${page.clientName}</strong>?</h1>
<p>You are signed in as <strong>${page.personName}</strong> of account <strong>${page.accountName}</strong>. ${page.redirectTo === undefined ? 'A program on another device' : 'A program on your computer'} asks to:</p>
<ul class="scopes">
<li>Know who you are: your identifier and your account</li>
<li>Use the roles that you may assume, as you</li>
<li>Stay signed in there for a while</li>
</ul>
<p><strong>Allow this only if you ran <code>rolecall login</code> yourself, just now.</strong> Nobody else should send you to this page.</p>
<p class="soft">You can revoke it on your account page at any time.</p>
${consentForms(page)}`;
}

function consentForms(page: ConsentPage): Html {
  return html`${stepForm('consent', page.target, html`<button type="submit">Allow</button>`)}
${stepForm('cancel', page.target, html`<button type="submit" class="second">Deny</button>`)}
<details><summary>About this app</summary>
<dl><dt>Client ID</dt><dd>${page.clientId}</dd>
${page.clientUri !== undefined && html`<dt>Home page</dt><dd>${page.clientUri}</dd>`}
${page.redirectTo !== undefined && html`<dt>You will be sent to</dt><dd>${page.redirectTo}</dd>`}</dl></details>`;
}
