import { type Html, type HtmlValue, html, type Text } from '../../http/html.ts';
import { dayOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { ACCOUNT_PATH, LINKS_PATH } from '../own-client.ts';

/** An outside login, as its person sees it. */
export interface ShownLink {
  readonly id: string;
  /** What the connector is called. */
  readonly provider: string;
  /** What the provider calls the person. */
  readonly name: string;
  /** Ms since the epoch. */
  readonly since: number;
}

export interface LinksPage {
  readonly csrf: string;
  readonly links: readonly ShownLink[];
  /** The connectors that a login can be linked from. */
  readonly connectors: readonly { readonly name: string; readonly displayName: string }[];
  readonly notice?: string | Text | undefined;
}

function field(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** A form that begins to link a login from a connector. */
export function linkForm(csrf: string, connector: string, content: HtmlValue): Html {
  return html`<form method="post" action="${LINKS_PATH}">${field('csrf', csrf)}${field('link', connector)}
${content}</form>`;
}

function linkEntry(csrf: string, { id, provider, name, since }: ShownLink): Html {
  return html`<li><div class="row"><strong>${provider}: ${name}</strong>
<form method="post" action="${LINKS_PATH}">${field('csrf', csrf)}${field('unlink', id)}
<button type="submit" class="second small" aria-label="${say('account.unlinkLogin', { provider, login: name })}">${say('account.unlink', { provider })}</button></form></div>
<span class="soft">${say('account.since', { day: dayOf(since) })}</span></li>`;
}

/** Shows the outside logins by which a person signs in, and lets them link and unlink some. */
export function linksPage({ csrf, links, connectors, notice }: LinksPage): Html {
  return html`<h1>${say('account.linkedLogins')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<p>${say('account.linksExplained')}</p>
${links.length === 0 ? html`<p class="soft">${say('account.none')}</p>` : html`<ul class="plain">${links.map((link) => linkEntry(csrf, link))}</ul>`}
${connectors.map(({ name, displayName }) =>
  linkForm(
    csrf,
    name,
    html`<button type="submit" class="second">${say('account.linkWith', { provider: displayName })}</button>`,
  ),
)}
<p><a class="button second" href="${ACCOUNT_PATH}">${say('account.title')}</a></p>`;
}
