import type { KoaContextWithOIDC } from 'oidc-provider';
import { isUnavailable, renderErrorPage } from '../../http/error-page.ts';
import { grantRefusal } from '../library/grant-refusals.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { UNAVAILABLE_STATUS, UNREACHABLE } from '../library/store-failures.ts';

const CODE = 'temporarily_unavailable';

/**
 * Answers what failed where oidc-provider does not look, when all is stored at the end of a request (storage/request-store.ts): that the store could
 * not be reached, or that a code or refresh token was used by someone else meanwhile. Nothing of the answer that was ready leaves.
 */
export function notStored({ errors }: OidcProviderLibrary, requestIdOf: (request: object) => string) {
  const answer = (ctx: KoaContextWithOIDC, error: unknown): void => {
    const isRefused = error instanceof errors.InvalidGrant;
    if (!isRefused && !isUnavailable(error)) throw error;
    // Where it would have led, and as whom: with a code and a session that may not be stored.
    ctx.remove('Location');
    ctx.remove('Set-Cookie');
    ctx.status = isRefused ? error.statusCode : UNAVAILABLE_STATUS;
    if (isRefused) ctx.body = { error: error.error, error_description: grantRefusal(error) ?? error.error_description };
    else if (ctx.accepts('json', 'html') === 'html') {
      ctx.type = 'html';
      ctx.body = renderErrorPage({ ...UNAVAILABLE, code: CODE, requestId: requestIdOf(ctx.req) });
    } else ctx.body = { error: CODE, error_description: UNREACHABLE };
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    next().catch((error: unknown) => answer(ctx, error));
}

/** The page of it. */
export const UNAVAILABLE = { title: 'Try again shortly', message: UNREACHABLE } as const;
