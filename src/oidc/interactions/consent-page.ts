import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { type FormTarget, stepForm } from '../../sign-in/pages/step-form.ts';
import { shownLabel } from '../authorization-details/labels.ts';
import type { ShownDetail } from '../authorization-details/shown-detail.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';
import { scopeWords } from '../scope-words.ts';

export interface ConsentPage {
  readonly target: FormTarget;
  readonly clientName: string;
  readonly clientId: string;
  readonly clientUri: string | undefined;
  readonly policyUri: string | undefined;
  readonly termsUri: string | undefined;
  /** The host that alone vouches for an app that nobody registered here. */
  readonly vouchingHost: string | undefined;
  /** Whether it registered itself, so that nobody vouches for it. */
  readonly isSelfRegistered: boolean;
  /** The address that the person will be redirected to, which may help to recognise the app; `undefined` for a device. */
  readonly redirectTo: string | undefined;
  readonly scopes: readonly string[];
  /** The requested scopes of other services, by the service's address. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
  /** What else is asked for, in the words of an administrator and with the values of the app. */
  readonly details: readonly ShownDetail[];
  readonly personName: string;
  readonly accountName: string;
}

/** Asks the person to consent to an app's request (ASVS 10.7.2): which app, which access, for how long, and as whom. */
export function consentPage(page: ConsentPage): Html {
  const { scopes, resourceScopes } = page;
  if (page.clientId === COMMAND_LINE_CLIENT_ID) return commandLineConsent(page);
  const app = page.clientName;
  return html`<h1>${say('consent.allowApp', { app: html`<strong>${app}</strong>` })}</h1>
${page.vouchingHost !== undefined && html`<p>${say('consent.unverified', { host: html`<strong>${page.vouchingHost}</strong>` })}</p>`}
${page.isSelfRegistered && html`<p>${say('consent.selfRegistered', { address: html`<strong>${shortAddress(page.redirectTo ?? '')}</strong>` })}</p>`}
<p>${say('consent.asksAs', { ...signedInAs(page), app })}</p>
<ul class="scopes">
${scopes.map((scope) => html`<li>${scopeWords(scope)}</li>`)}
${Object.entries(resourceScopes).map(([resource, names]) => html`<li>${say('consent.useResource', { resource, scopes: names.join(', ') })}</li>`)}
</ul>
${page.details.map(detailEntry)}
<p class="soft">${scopes.includes('offline_access') ? say('consent.forTwoWeeks') : say('consent.whileSignedIn')}</p>
${consentForms(page)}`;
}

function detailEntry({ label, rows }: ShownDetail): Html {
  return html`<h2>${shownLabel(label)}</h2>
<dl>${rows.map((row) => html`<dt>${shownLabel(row.label)}</dt>${row.values.map((value) => html`<dd class="exact">${value}</dd>`)}`)}</dl>
`;
}

function signedInAs({ personName, accountName }: ConsentPage): { readonly person: Html; readonly account: Html } {
  return { person: html`<strong>${personName}</strong>`, account: html`<strong>${accountName}</strong>` };
}

/** The built-in client of `rolecall login` gets more than scopes say, and every program on the person's machine could ask in its name. */
function commandLineConsent(page: ConsentPage): Html {
  const who = signedInAs(page);
  return html`<h1>${say('consent.allowApp', { app: html`<strong>${page.clientName}</strong>` })}</h1>
<p>${page.redirectTo === undefined ? say('consent.deviceProgramAsksAs', who) : say('consent.ownProgramAsksAs', who)}</p>
<ul class="scopes">
<li>${say('consent.openid')}</li>
<li>${say('consent.useRoles')}</li>
<li>${say('consent.staySignedIn')}</li>
</ul>
<p><strong>${say('consent.onlyIfYouRan', { command: html`<code>rolecall login</code>` })}</strong> ${say('consent.nobodyElse')}</p>
<p class="soft">${say('consent.mayRevoke')}</p>
${consentForms(page)}`;
}

function consentForms(page: ConsentPage): Html {
  return html`${stepForm('consent', page.target, html`<button type="submit">${say('consent.allow')}</button>`)}
${stepForm('cancel', page.target, html`<button type="submit" class="second">${say('consent.deny')}</button>`)}
<details><summary>${say('consent.aboutApp')}</summary>
<dl><dt>${say('consent.clientId')}</dt><dd>${page.clientId}</dd>
${page.clientUri !== undefined && html`<dt>${say('consent.homePage')}</dt><dd>${page.clientUri}</dd>`}
${webLink(say('consent.policy'), page.policyUri)}
${webLink(say('consent.terms'), page.termsUri)}
${page.redirectTo !== undefined && html`<dt>${say('consent.sentTo')}</dt><dd>${page.redirectTo}</dd>`}</dl></details>`;
}

/** A link of the app's choice opens apart from this page, which tells it nothing. */
function webLink(words: Text, address: string | undefined): Html | false {
  if (address === undefined || URL.parse(address)?.protocol !== 'https:') return false;
  return html`<dt>${words}</dt><dd><a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${address}</a></dd>`;
}

/** Where an address leads: its origin, or its scheme if a program answers to that. */
function shortAddress(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  return url.origin === 'null' ? url.protocol : url.origin;
}
