import type { KoaContextWithOIDC } from 'oidc-provider';
import { isUnavailable, renderErrorPage } from '../../http/error-page.ts';
import { UNAVAILABLE_STATUS, UNREACHABLE } from '../library/store-failures.ts';

const CODE = 'temporarily_unavailable';

/**
 * Answers if what a request stores at its end (storage/request-store.ts) could not be stored: oidc-provider has its response ready by then.
 * Nothing of that response leaves.
 */
export function notStored(requestIdOf: (request: object) => string) {
  const answer = (ctx: KoaContextWithOIDC, error: unknown): void => {
    if (!isUnavailable(error)) throw error;
    // Where it would have led, and as whom: with a code and a session that may not be stored.
    ctx.remove('Location');
    ctx.remove('Set-Cookie');
    ctx.status = UNAVAILABLE_STATUS;
    if (ctx.accepts('json', 'html') === 'html') {
      ctx.type = 'html';
      ctx.body = renderErrorPage({ ...UNAVAILABLE, code: CODE, requestId: requestIdOf(ctx.req) });
    } else ctx.body = { error: CODE, error_description: UNREACHABLE };
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    next().catch((error: unknown) => answer(ctx, error));
}

/** The page of it. */
export const UNAVAILABLE = { title: 'Try again shortly', message: UNREACHABLE } as const;
