import type { KoaContextWithOIDC } from 'oidc-provider';
import { isUnavailable, renderErrorPage } from '../../http/error-page.ts';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';
import { grantRefusal } from './grant-refusals.ts';

const FULL = 'The store of the server is full: try again once its operator has freed space.';
const MESSAGE = 'The server cannot reach its store: try again shortly.';
const STATUS = 503;
const CODE = 'temporarily_unavailable';

/**
 * Makes what oidc-provider asks of the stores fail in its own words where these cannot be reached: `temporarily_unavailable` with 503,
 * or by redirect to the app (RFC 6749 §4.1.2.1), rather than `server_error`.
 */
export function sayUnavailable<Args extends unknown[], Result>(
  library: OidcProviderLibrary,
  ask: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await ask(...args);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      const unavailable = new library.errors.TemporarilyUnavailable(error.reason === 'full' ? FULL : MESSAGE);
      throw Object.assign(unavailable, { status: STATUS, statusCode: STATUS, cause: error });
    }
  };
}

/**
 * Answers what failed where oidc-provider does not look, when all is stored at the end of a request (request-store.ts): that the store could
 * not be reached, or that a code or refresh token was used by someone else meanwhile. Nothing of the answer that was ready leaves.
 */
export function notStored({ errors }: OidcProviderLibrary, requestIdOf: (request: object) => string) {
  const answer = (ctx: KoaContextWithOIDC, error: unknown): void => {
    const isRefused = error instanceof errors.InvalidGrant;
    if (!isRefused && !isUnavailable(error)) throw error;
    // Where it would have led, and as whom: with a code and a session that may not be stored.
    ctx.remove('Location');
    ctx.remove('Set-Cookie');
    ctx.status = isRefused ? error.statusCode : STATUS;
    if (isRefused) ctx.body = { error: error.error, error_description: grantRefusal(error) ?? error.error_description };
    else if (ctx.accepts('json', 'html') === 'html') {
      ctx.type = 'html';
      ctx.body = renderErrorPage({ ...UNAVAILABLE, code: CODE, requestId: requestIdOf(ctx.req) });
    } else ctx.body = { error: CODE, error_description: MESSAGE };
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    next().catch((error: unknown) => answer(ctx, error));
}

/** The page of it. */
export const UNAVAILABLE = { title: 'Try again shortly', message: MESSAGE } as const;
