import type { Middleware } from 'koa';
import { ServiceError } from '../kernel/service-error.ts';
import { html } from './html.ts';
import { renderPage } from './page.ts';

export interface ErrorPage {
  readonly status: number;
  readonly title: string;
  /** One sentence on what to do now. Contains no secret. */
  readonly message: string;
  /** The error code, for technical staff. */
  readonly code?: string;
  /** What was sent and what was expected, for technical staff, as pairs of term and text. */
  readonly facts?: readonly (readonly [term: string, text: string])[];
  readonly requestId: string;
}

/** Renders a page that says what went wrong. */
export function renderErrorPage({ title, message, facts = [], code, requestId }: Omit<ErrorPage, 'status'>): string {
  const body = html`<h1>${title}</h1>
<p>${message}</p>
${facts.length > 0 && html`<dl>${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`}
<p class="soft">${code !== undefined && html`Error: ${code}<br>`}Request: ${requestId}</p>
<p><a href="/sign-in">Your account</a></p>`;
  return renderPage({ title, body });
}

/** Renders the page for an unknown address. */
export function renderNotFoundPage(requestId: string): string {
  return renderErrorPage({ title: 'Page not found', message: 'There is no page at this address.', requestId });
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
        ctx.type = 'html';
        ctx.body = renderNotFoundPage(requestId);
      }
    } catch (error) {
      const known = error instanceof ServiceError && error.fault === 'Sender';
      if (!known) log(error, requestId);
      ctx.remove('Location');
      ctx.remove('Set-Cookie');
      ctx.status = error instanceof ServiceError ? error.status : isUnavailable(error) ? 503 : 500;
      // The body was not read completely, so the connection cannot be reused.
      if (ctx.status === 413) ctx.set('Connection', 'close');
      ctx.type = 'html';
      ctx.body = renderErrorPage({
        title: known ? 'Request failed' : 'Something went wrong',
        message: known ? error.message : 'The server could not complete the request. Try again in a moment.',
        ...(error instanceof ServiceError && { code: error.code }),
        requestId,
      });
    }
  };
}
