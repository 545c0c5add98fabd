import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { renderErrorPage, renderNotFoundPage } from '../../http/error-page.ts';

/** Errors that a person sees here, because sending them to the app would be unsafe (a wrong `redirect_uri`) or impossible. */
export function errorPage(requestIdOf: (request: object) => string): Configuration {
  return {
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = renderErrorPage({
        title: out.error === 'server_error' ? 'Something went wrong' : 'This request did not work',
        message:
          out.error === 'server_error'
            ? 'The server could not do this. Try again in a moment.'
            : `The app that sent you here made a mistake, or the sign-in took too long. ${out.error_description ?? ''}`,
        code: out.error,
        requestId: requestIdOf(ctx.req),
      });
    },
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
