import { FAVICON_PATH } from './favicon.ts';
import { type Html, html, type Text, trustedHtml } from './html.ts';
import { languageChooser } from './language-chooser.ts';
import { say } from './messages/say.ts';
import { brandStyle, type PageBrand, styleSource } from './page-brand.ts';
import { type PageView, PLAIN_VIEW, type ViewContext, viewOf } from './page-view.ts';
import { STYLE, STYLE_SOURCE } from './style.ts';

export interface Page {
  /** Shown in the browser tab, and read first by assistive technology. */
  readonly title: Text;
  readonly body: Html;
  /** How wide it may become: lists `wide`, tiles `full`. Default: narrow, for forms. */
  readonly width?: 'wide' | 'full';
  /** Whether it is shown only once. No language can be chosen on it, because that would lead to another page. */
  readonly isShownOnce?: boolean;
}

/** The name of the pages where no account has given them another. */
const OWN_NAME = 'Rolecall';

/** Renders a whole page. It needs no scripts or fonts, and loads nothing but its icon and the logo. */
export function renderPage({ title, body, width }: Page, view: PageView = PLAIN_VIEW): string {
  return html`<!DOCTYPE html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<title>${title} – ${view.brand?.name ?? OWN_NAME}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="${FAVICON_PATH}" type="image/svg+xml">
<style>${trustedHtml(STYLE)}</style>${view.brand !== undefined && ownStyle(view.brand)}
</head>
<body>
<header>${view.brand?.logo && logoImage(view.brand.logo)}${view.brand?.name ?? OWN_NAME}</header>
<main${width !== undefined && html` class="${width}"`}>
${body}
</main>
${languageChooser(view)}
</body>
</html>
`.in(view.language);
}

function ownStyle(brand: PageBrand): Html | false {
  const style = brandStyle(brand);
  return (
    style !== '' &&
    html`
<style>${trustedHtml(style)}</style>`
  );
}

/** The name stands beside it, so it needs no text of its own. */
function logoImage({ path, width, height }: NonNullable<PageBrand['logo']>): Html {
  return html`<img src="${path}" alt="" width="${width}" height="${height}">`;
}

/** The response that a page is shown in. */
export interface PageContext extends ViewContext {
  type: string;
  body: unknown;
  readonly response: { get(name: string): string };
  set(name: string, value: string): void;
}

/** Responds with a page, in the language of the person who asked for it. */
export function showPage(ctx: PageContext, page: Page): void {
  const view = viewOf(ctx);
  if (view.brand !== undefined) allowStyle(ctx, brandStyle(view.brand));
  ctx.type = 'html';
  ctx.set('Content-Language', view.language);
  const { at: _, ...shownOnce } = view;
  ctx.body = renderPage(page, page.isShownOnce === true ? shownOnce : view);
}

/** Allows a further style sheet, by its hash, in the content security policy of the response. */
function allowStyle(ctx: PageContext, style: string): void {
  const policy = ctx.response.get('Content-Security-Policy');
  if (style === '' || policy === '') return;
  ctx.set(
    'Content-Security-Policy',
    policy.replace(STYLE_SOURCE, () => `${STYLE_SOURCE} ${styleSource(style)}`),
  );
}

/** The error message above a form. It takes the focus, so that screen readers read it out immediately. */
export function errorSummary(message: string | Text | undefined): Html {
  if (message === undefined) return html``;
  return html`<div class="errors" role="alert" tabindex="-1" id="errors" autofocus><h2>${say('frame.problem')}</h2><p>${message}</p></div>`;
}
