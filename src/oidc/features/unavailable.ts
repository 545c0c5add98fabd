import type { KoaContextWithOIDC } from 'oidc-provider';
import { isUnavailable, showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { UNAVAILABLE_STATUS, UNREACHABLE } from '../library/store-failures.ts';
import { isForPrograms } from './endpoint-methods.ts';

const CODE = 'temporarily_unavailable';

/**
 * Answers if the writes at the end of a request (storage/request-store.ts) failed. By then, oidc-provider's response is ready; none of it
 * is sent.
 */
export function notStored(requestIdOf: (request: object) => string) {
  const answer = (ctx: KoaContextWithOIDC, error: unknown): void => {
    if (!isUnavailable(error)) throw error;
    // The redirect and the cookies of that response: they may contain a code and a session that were not stored.
    ctx.remove('Location');
    ctx.remove('Set-Cookie');
    ctx.status = UNAVAILABLE_STATUS;
    if (!isForPrograms(ctx.path) && ctx.accepts('json', 'html') === 'html') {
      showErrorPage(ctx, { ...UNAVAILABLE, code: CODE, requestId: requestIdOf(ctx.req) });
    } else ctx.body = { error: CODE, error_description: UNREACHABLE };
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    next().catch((error: unknown) => answer(ctx, error));
}

/** The error page. */
export const UNAVAILABLE = { title: say('apps.tryShortly'), message: UNREACHABLE } as const;
