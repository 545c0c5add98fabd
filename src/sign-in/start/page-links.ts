import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { START_PATH } from './start-paths.ts';

/** Where the other pages of a signed-in person are. */
export interface PagePaths {
  readonly account: string;
  readonly signOut: string;
}

/** The links between the pages of a signed-in person. */
export function pageLinks(paths: PagePaths, current?: 'start' | 'account'): Html {
  const mark = (page: typeof current): Html | false => page === current && html` aria-current="page"`;
  return html`<nav aria-label="${say('start.yourPages')}"><a href="${START_PATH}"${mark('start')}>${say('start.start')}</a>
<a href="${paths.account}"${mark('account')}>${say('start.account')}</a>
<a href="${paths.signOut}">${say('frame.signOut')}</a></nav>`;
}
