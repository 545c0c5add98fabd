import { type Html, html } from './html.ts';
import { LANGUAGES } from './messages/languages.ts';
import { say } from './messages/say.ts';
import type { PageView } from './page-view.ts';

/** Where the form is posted. */
export const LANGUAGE_PATH = '/language';

/** A button for each language, in that language. */
export function languageChooser({ language, at }: PageView): Html | undefined {
  if (at === undefined) return undefined;
  return html`<footer><form method="post" action="${LANGUAGE_PATH}" aria-label="${say('frame.language')}"><input type="hidden" name="to" value="${at}">
${[...LANGUAGES].map(([tag, { name }]) =>
  tag === language
    ? html`<span lang="${tag}" aria-current="true">${name}</span>`
    : html`<button type="submit" name="language" value="${tag}" lang="${tag}">${name}</button>`,
)}</form></footer>`;
}

const ORIGIN = 'https://page.invalid';

/** The page to return to, if it is one of this server: an absolute path. Any other text leads to `fallback`. */
export function pageToReturnTo(to: string | undefined, fallback: string): string {
  if (to === undefined || !to.startsWith('/') || !URL.canParse(to, ORIGIN)) return fallback;
  const { origin, pathname, search } = new URL(to, ORIGIN);
  // A path that begins with two slashes would lead to another server.
  return origin === ORIGIN && !pathname.startsWith('//') && pathname !== LANGUAGE_PATH ? pathname + search : fallback;
}
