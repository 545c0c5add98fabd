import type { Configuration } from 'oidc-provider';
import { renderErrorPage } from '../../http/error-page.ts';

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
