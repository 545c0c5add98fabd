import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { ICONS_PATH } from './start-paths.ts';
import type { OfferedApp } from './start-sources.ts';

/** The apps as tiles. */
export function appTiles(apps: readonly OfferedApp[]): Html {
  return html`<ul class="tiles">${apps.map(tile)}</ul>`;
}

function tile({ id, name, href, iconVersion }: OfferedApp): Html {
  const picture =
    iconVersion === undefined
      ? html`<span class="letter" aria-hidden="true">${[...name][0]?.toUpperCase()}</span>`
      : html`<img src="${ICONS_PATH}/${encodeURIComponent(id)}?v=${iconVersion}" alt="" width="40" height="40" loading="lazy">`;
  const find = name.toLowerCase();
  if (href === undefined) {
    return html`<li data-find="${find}"><div class="tile">${picture}<span>${name}<span class="hint">${say('start.openItself')}</span></span></div></li>`;
  }
  return html`<li data-find="${find}"><a class="tile" href="${href}" rel="noreferrer">${picture}<span>${name}</span></a></li>`;
}
