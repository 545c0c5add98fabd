import type { Configuration, ErrorOut } from 'oidc-provider';
import { renderErrorPage } from '../../http/error-page.ts';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';
import { UNAVAILABLE } from './unavailable.ts';

/** Of an interaction that is not there, or not this browser's: which of these it is, is not told. */
export const ENDED = {
  title: 'This sign-in has ended',
  message:
    'This sign-in was completed already, has expired, or was begun in another browser. Go back to the app and start again.',
} as const;

/** Errors that a person sees here, because sending them to the app would be unsafe (a wrong `redirect_uri`) or impossible. */
export function errorPage(library: OidcProviderLibrary, requestIdOf: (request: object) => string): Configuration {
  return {
    renderError: async (ctx, out, error) => {
      ctx.type = 'html';
      const words = error instanceof library.errors.SessionNotFound ? ENDED : wordsFor(out);
      ctx.body = renderErrorPage({ ...words, code: out.error, requestId: requestIdOf(ctx.req) });
    },
  };
}

function wordsFor(out: ErrorOut): { readonly title: string; readonly message: string } {
  if (out.error === 'temporarily_unavailable') return UNAVAILABLE;
  if (out.error === 'server_error')
    return { title: 'Something went wrong', message: 'The server could not do this. Try again in a moment.' };
  const detail = out.error_description === undefined ? '' : ` (${out.error_description})`;
  return {
    title: 'This request did not work',
    message: `The app that sent you here made a mistake, or the sign-in took too long${detail}.`,
  };
}
