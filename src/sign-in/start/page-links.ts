import { type Html, html } from '../../http/html.ts';
import { START_PATH } from './start-paths.ts';

/** Where the other pages of a signed-in person are. */
export interface PagePaths {
  readonly account: string;
  readonly signOut: string;
}

/** The links between the pages of a signed-in person. */
export function pageLinks(paths: PagePaths, current?: 'start' | 'account'): Html {
  const mark = (page: typeof current): Html | false => page === current && html` aria-current="page"`;
  return html`<nav aria-label="Your pages"><a href="${START_PATH}"${mark('start')}>Start</a>
<a href="${paths.account}"${mark('account')}>Account</a>
<a href="${paths.signOut}">Sign out</a></nav>`;
}
