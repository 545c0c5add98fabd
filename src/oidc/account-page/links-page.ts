import { type Html, html } from '../../http/html.ts';
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
  readonly notice?: string | undefined;
}

function field(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function linkEntry(csrf: string, { id, provider, name, since }: ShownLink): Html {
  return html`<li><div class="row"><strong>${provider}: ${name}</strong>
<form method="post" action="${LINKS_PATH}">${field('csrf', csrf)}${field('unlink', id)}
<button type="submit" class="second small" aria-label="Unlink ${provider}: ${name}">Unlink ${provider}</button></form></div>
<span class="soft">Since ${new Date(since).toISOString().slice(0, 10)}</span></li>`;
}

/** Shows the outside logins by which a person signs in, and lets them link and unlink some. */
export function linksPage({ csrf, links, connectors, notice }: LinksPage): Html {
  return html`<h1>Linked logins</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<p>With a linked login you sign in as the user that you are now. Unlinking one ends the sign-ins that came through it.</p>
${links.length === 0 ? html`<p class="soft">None.</p>` : html`<ul class="plain">${links.map((link) => linkEntry(csrf, link))}</ul>`}
${connectors.map(
  ({
    name,
    displayName,
  }) => html`<form method="post" action="${LINKS_PATH}">${field('csrf', csrf)}${field('link', name)}
<button type="submit" class="second">Link a login with ${displayName}</button></form>`,
)}
<p><a class="button second" href="${ACCOUNT_PATH}">Your account</a></p>`;
}
