import { FAVICON_PATH } from './favicon.ts';
import { type Html, html, trustedHtml } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  /** Shown in the browser tab, and read first by assistive technology. */
  readonly title: string;
  readonly body: Html;
  /** How wide it may become: lists `wide`, tiles `full`. Default: narrow, for forms. */
  readonly width?: 'wide' | 'full';
}

/** Renders a whole page. It needs no scripts or fonts, and loads nothing but its icon. */
export function renderPage({ title, body, width }: Page): string {
  return html`<!DOCTYPE html>
<html lang="en">
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
</body>
</html>
`.markup;
}

/** The error message above a form. It takes the focus, so that screen readers read it out immediately. */
export function errorSummary(message: string | undefined): Html {
  if (message === undefined) return html``;
  return html`<div class="errors" role="alert" tabindex="-1" id="errors" autofocus><h2>There is a problem</h2><p>${message}</p></div>`;
}
