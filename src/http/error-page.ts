import type { Middleware } from 'koa';
import { ServiceError } from '../kernel/service-error.ts';
import { html } from './html.ts';
import { renderPage } from './page.ts';

export interface ErrorPage {
  readonly status: number;
  readonly title: string;
  /** What to do now, in a sentence; holds no secret. */
  readonly message: string;
  /** For technical staff: the code of the error. */
  readonly code?: string;
  /** What was sent and what was expected, for technical staff: terms and texts. */
  readonly facts?: readonly (readonly [term: string, text: string])[];
  readonly requestId: string;
}

/** A page that says what went wrong. */
export function renderErrorPage({ title, message, facts = [], code, requestId }: Omit<ErrorPage, 'status'>): string {
  const body = html`<h1>${title}</h1>
<p>${message}</p>
${facts.length > 0 && html`<dl>${facts.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`}
<p class="soft">${code !== undefined && html`Error: ${code}<br>`}Request: ${requestId}</p>
<p><a href="/sign-in">Your account</a></p>`;
  return renderPage({ title, body });
}

/** The page for an address at which there is none. */
export function renderNotFoundPage(requestId: string): string {
  return renderErrorPage({ title: 'Page not found', message: 'There is no page at this address.', requestId });
}

/** Whether a store could not be reached: as the store says it (by its name, as this layer knows no stores), or as oidc-provider does. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'StoreUnavailableError' || ('status' in error && error.status === 503);
}

export type ErrorLog = (error: unknown, requestId: string) => void;

/**
 * The one place where the pages' errors are rendered: a ServiceError shows its message, all else becomes a 500 and a log line.
 * The request id stands in `ctx.state.requestId`.
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
      // The body was not read to its end: nothing else can come on this connection.
      if (ctx.status === 413) ctx.set('Connection', 'close');
      ctx.type = 'html';
      ctx.body = renderErrorPage({
        title: known ? 'This did not work' : 'Something went wrong',
        message: known ? error.message : 'The server could not do this. Try again in a moment.',
        ...(error instanceof ServiceError && { code: error.code }),
        requestId,
      });
    }
  };
}
