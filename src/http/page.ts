import { FAVICON_PATH } from './favicon.ts';
import { type Html, html, type Text, trustedHtml } from './html.ts';
import { languageChooser } from './language-chooser.ts';
import { say } from './messages/say.ts';
import { type PageView, PLAIN_VIEW, type ViewContext, viewOf } from './page-view.ts';
import { STYLE } from './style.ts';

export interface Page {
  /** Shown in the browser tab, and read first by assistive technology. */
  readonly title: Text;
  readonly body: Html;
  /** How wide it may become: lists `wide`, tiles `full`. Default: narrow, for forms. */
  readonly width?: 'wide' | 'full';
  /** Whether it is shown only once. No language can be chosen on it, because that would lead to another page. */
  readonly isShownOnce?: boolean;
}

/** Renders a whole page. It needs no scripts or fonts, and loads nothing but its icon. */
export function renderPage({ title, body, width }: Page, view: PageView = PLAIN_VIEW): string {
  return html`<!DOCTYPE html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<title>${title} – Rolecall</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="${FAVICON_PATH}" type="image/svg+xml">
<style>${trustedHtml(STYLE)}</style>
</head>
<body>
<header>Rolecall</header>
<main${width !== undefined && html` class="${width}"`}>
${body}
</main>
${languageChooser(view)}
</body>
</html>
`.in(view.language);
}

/** The response that a page is shown in. */
export interface PageContext extends ViewContext {
  type: string;
  body: unknown;
  set(name: string, value: string): void;
}

/** Responds with a page, in the language of the person who asked for it. */
export function showPage(ctx: PageContext, page: Page): void {
  const view = viewOf(ctx);
  ctx.type = 'html';
  ctx.set('Content-Language', view.language);
  ctx.body = renderPage(page, page.isShownOnce === true ? { language: view.language } : view);
}

/** The error message above a form. It takes the focus, so that screen readers read it out immediately. */
export function errorSummary(message: string | Text | undefined): Html {
  if (message === undefined) return html``;
  return html`<div class="errors" role="alert" tabindex="-1" id="errors" autofocus><h2>${say('frame.problem')}</h2><p>${message}</p></div>`;
}
