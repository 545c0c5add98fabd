import type { IncomingMessage } from 'node:http';
import { chooseLanguage } from './messages/choose-language.ts';
import { DEFAULT_LANGUAGE } from './messages/languages.ts';
import { brandOf, type PageBrand } from './page-brand.ts';

/** How a page is shown to the person who asked for it. */
export interface PageView {
  /** The tag of the language. */
  readonly language: string;
  /** The page's path and query, to which the person returns after choosing another language. Without it, none can be chosen. */
  readonly at?: string;
  /** Default: our own. */
  readonly brand?: PageBrand;
}

/** For pages that nobody asked for in particular. */
export const PLAIN_VIEW: PageView = { language: DEFAULT_LANGUAGE };

const UI_LOCALES = Symbol('ui_locales');

/** The parts of a request that its view depends on. */
export interface ViewContext {
  readonly req: Pick<IncomingMessage, 'headers'> & { readonly originalUrl?: string; readonly [UI_LOCALES]?: unknown };
  /** As the server received it, or relative to the path that the application is mounted at. */
  readonly originalUrl?: string;
}

/** Keeps the languages that the app asks for (`ui_locales`) for the pages of a request. */
export function askForLanguages(request: IncomingMessage, uiLocales: unknown): void {
  Object.assign(request, { [UI_LOCALES]: uiLocales });
}

const LANGUAGE_COOKIE = 'rolecall-language';
const CHOSEN = new RegExp(`(?:^|;\\s*)(?:__Host-)?${LANGUAGE_COOKIE}=([A-Za-z-]{2,20})(?:;|$)`);

/** The name of the cookie with a person's own choice. */
export function languageCookie(secure: boolean): string {
  return secure ? `__Host-${LANGUAGE_COOKIE}` : LANGUAGE_COOKIE;
}

export function viewOf(ctx: ViewContext): PageView {
  const { headers } = ctx.req;
  const language = chooseLanguage({
    chosen: CHOSEN.exec(headers.cookie ?? '')?.[1],
    uiLocales: ctx.req[UI_LOCALES],
    accepted: headers['accept-language'],
  });
  const at = addressOf(ctx);
  const brand = brandOf(ctx.req);
  return { language, ...(at !== undefined && { at }), ...(brand !== undefined && { brand }) };
}

/**
 * The address of a page in the browser. The query is that of the original request: what was restored from the store, because it must not
 * be in an address, stays out of this one.
 */
function addressOf({ req, originalUrl }: ViewContext): string | undefined {
  if (originalUrl === undefined) return undefined;
  const [own = '', ...query] = originalUrl.split('?');
  const [whole = own] = (req.originalUrl ?? originalUrl).split('?');
  const path = whole.endsWith(own) ? whole : own;
  return query.length === 0 ? path : `${path}?${query.join('?')}`;
}
