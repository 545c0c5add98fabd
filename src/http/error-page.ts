import type { Middleware } from 'koa';
import { ServiceError } from '../kernel/service-error.ts';
import { html, type Text } from './html.ts';
import { say } from './messages/say.ts';
import { sentence } from './messages/sentence.ts';
import { type Page, type PageContext, renderPage, showPage } from './page.ts';
import type { PageView } from './page-view.ts';

export interface ErrorPage {
  readonly status: number;
  readonly title: Text;
  /** One sentence on what to do now. Contains no secret. A string is English, and is translated as `sentence` says. */
  readonly message: string | Text;
  /** The error code, for technical staff. */
  readonly code?: string;
  /** What was sent and what was expected, for technical staff, as pairs of term and text. */
  readonly facts?: readonly (readonly [term: string | Text, text: string | Text])[];
  readonly requestId: string;
}

/** An error page without its status. */
export type ErrorPageContent = Omit<ErrorPage, 'status'>;

/** Renders a page that says what went wrong. */
export function renderErrorPage(content: ErrorPageContent, view?: PageView): string {
  return renderPage(errorPage(content), view);
}

/** Responds with a page that says what went wrong. The status is the caller's. */
export function showErrorPage(ctx: PageContext, content: ErrorPageContent): void {
  showPage(ctx, errorPage(content));
}

function errorPage({ title, message, facts = [], code, requestId }: ErrorPageContent): Page {
  const body = html`<h1>${title}</h1>
<p>${typeof message === 'string' ? sentence(message) : message}</p>
${facts.length > 0 && html`<dl>${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`}
<p class="soft">${code !== undefined && html`${say('frame.errorCode', { code })}<br>`}${say('frame.request', { id: requestId })}</p>
<p><a href="/sign-in">${say('frame.yourAccount')}</a></p>`;
  return { title, body };
}

/** Responds with the page for an unknown address. */
export function showNotFoundPage(ctx: PageContext, requestId: string): void {
  showErrorPage(ctx, { title: say('frame.pageNotFound'), message: say('frame.noPageHere'), requestId });
}

/** Whether a store was unreachable, as reported by the store (checked by error name, as this layer does not import it) or oidc-provider. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'StoreUnavailableError' || ('status' in error && error.status === 503);
}

export type ErrorLog = (error: unknown, requestId: string) => void;

/**
 * The only place where errors of pages are rendered. The page shows the message of a ServiceError that is the sender's fault; any
 * other error gets a generic message and a log line. Expects the request id in `ctx.state.requestId`.
 */
export function errorPages(log: ErrorLog): Middleware<{ requestId: string }> {
  return async (ctx, next) => {
    const { requestId } = ctx.state;
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) {
        ctx.status = 404;
        showNotFoundPage(ctx, requestId);
      }
    } catch (error) {
      const known = error instanceof ServiceError && error.fault === 'Sender';
      if (!known) log(error, requestId);
      ctx.remove('Location');
      ctx.remove('Set-Cookie');
      ctx.status = error instanceof ServiceError ? error.status : isUnavailable(error) ? 503 : 500;
      // The body was not read completely, so the connection cannot be reused.
      if (ctx.status === 413) ctx.set('Connection', 'close');
      showErrorPage(ctx, {
        title: known ? say('frame.requestFailed') : say('frame.wentWrong'),
        message: known ? error.message : say('frame.tryInAMoment'),
        ...(error instanceof ServiceError && { code: error.code }),
        requestId,
      });
    }
  };
}
