import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { INTERACTION_ROUTE, ISSUER_PATH } from '../own-client.ts';

/** The interaction that a request's cookie names, if it is signed. */
export function interactionOfCookie(provider: Provider, cookies: Context['cookies']): string | undefined {
  return cookies.get(provider.cookieName('interaction'), { signed: true });
}

/**
 * The interaction that a request may end: all but those that show a page of it may. Its cookie must be signed: the id alone stands in the
 * address of the page, and whoever read it there must not keep the interaction from the browser that it is of.
 */
export function interactionToEnd(provider: Provider, { req, cookies }: Context): string | undefined {
  const { method, url = '' } = req;
  const onlyLooks = (method === 'GET' || method === 'HEAD') && url.startsWith(`${INTERACTION_ROUTE}/`);
  return onlyLooks ? undefined : interactionOfCookie(provider, cookies);
}

/**
 * Goes on with an interaction as if the browser had been sent to where oidc-provider takes its results: it makes the session and the
 * code of it in this request, with what has been read for it already (see `storage/request-store.ts`), rather than in another that reads
 * all again. Whose browser it is, it looks at by the same signed cookie, under one name for both addresses (`features/sessions.ts`).
 */
export function resumeHere(ctx: Context, uid: string): void {
  ctx.method = 'GET';
  ctx.url = `/auth/${uid}`;
  Object.assign(ctx.req, { originalUrl: ISSUER_PATH + ctx.url });
}
