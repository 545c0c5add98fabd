import type { Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { renderErrorPage, renderNotFoundPage } from '../../http/error-page.ts';
import { UNAVAILABLE } from './unavailable.ts';

/** Errors that a person sees here, because sending them to the app would be unsafe (a wrong `redirect_uri`) or impossible. */
export function errorPage(requestIdOf: (request: object) => string): Configuration {
  return {
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = renderErrorPage({ ...wordsFor(out), code: out.error, requestId: requestIdOf(ctx.req) });
    },
  };
}

function wordsFor(out: ErrorOut): { readonly title: string; readonly message: string } {
  if (out.error === 'temporarily_unavailable') return UNAVAILABLE;
  if (out.error === 'server_error')
    return { title: 'Something went wrong', message: 'The server could not do this. Try again in a moment.' };
  return {
    title: 'This request did not work',
    message: `The app that sent you here made a mistake, or the sign-in took too long. ${out.error_description ?? ''}`,
  };
}

/** The page for addresses below the issuer at which there is nothing. */
export function notFoundPage(requestIdOf: (request: object) => string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    // Setting a body alone would make it a 200.
    ctx.status = 404;
    ctx.type = 'html';
    ctx.body = renderNotFoundPage(requestIdOf(ctx.req));
  };
}
