import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { appTiles } from './app-tiles.ts';
import { type PagePaths, pageLinks } from './page-links.ts';
import { type RoleListContext, roleList } from './role-list.ts';
import { START_PATH, STEP_UP } from './start-paths.ts';
import { START_SCRIPT, spokenResult } from './start-script.ts';
import type { OfferedApp, RolePage } from './start-sources.ts';

export interface StartPage extends RolePage, RoleListContext {
  readonly personName: string;
  readonly account: string;
  readonly apps: readonly OfferedApp[];
  /** What was searched for; empty if nothing was. */
  readonly search: string;
  /** Whether this is a further page of roles. */
  readonly isFurther: boolean;
  readonly paths: PagePaths;
  readonly banner: Html | undefined;
  readonly error?: Text | undefined;
  /** Whether the error would not come after a sign-in with a passkey. */
  readonly needsPasskey: boolean;
}

/** The apps and roles of a signed-in person. */
export function startPage(page: StartPage): Html {
  const { personName, account, apps, roles, search, error, isFurther } = page;
  const nothing = search === '' ? undefined : say('start.nothing', { search });
  return html`${pageLinks(page.paths, 'start')}
${errorSummary(error)}
${page.needsPasskey && html`<p><a class="button" href="${START_PATH}?${STEP_UP}=phr">${say('start.signInWithPasskey')}</a></p>`}
<h1>${say('start.title')}</h1>
<p class="soft">${say('start.signedInAs', { person: html`<strong>${personName}</strong>`, account })}</p>
${page.banner}
${searchForm(search)}
${spokenResult('seen')}
${!isFurther && html`<section data-group><h2>${say('start.apps')}</h2>${apps.length === 0 ? html`<p class="soft">${nothing ?? say('start.noApps')}</p>` : appTiles(apps)}</section>`}
<h2>${say('start.roles')}</h2>
${roles.length === 0 ? html`<p class="soft">${nothing ?? say('start.noRoles')}</p>` : roleList(page, roles)}
${moreLink(page)}
${START_SCRIPT}`;
}

function searchForm(search: string): Html {
  return html`<form method="get" action="${START_PATH}" role="search"><label for="search">${say('start.search')}</label>
<div class="beside"><input id="search" name="q" type="search" value="${search}" maxlength="128" autocomplete="off" autocapitalize="none" spellcheck="false">
<button type="submit" class="second small">${say('start.searchButton')}</button></div></form>
${search !== '' && html`<p><a href="${START_PATH}">${say('start.showAll')}</a></p>`}`;
}

function moreLink({ next, search }: StartPage): Html | false {
  if (next === undefined) return false;
  const query = new URLSearchParams({ ...(search !== '' && { q: search }), after: next });
  return html`<p><a class="button second" href="${START_PATH}?${query.toString()}">${say('start.more')}</a></p>`;
}
