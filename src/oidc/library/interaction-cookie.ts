import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { INTERACTION_ROUTE, ISSUER_PATH } from '../own-client.ts';

/** The interaction that a request's cookie names, if it is signed. */
export function interactionOfCookie(provider: Provider, cookies: Context['cookies']): string | undefined {
  return cookies.get(provider.cookieName('interaction'), { signed: true });
}

/**
 * The interaction that a request may end. Every request may, except those that only show one of its pages. The signed cookie is required,
 * because the id alone is part of the page's URL: someone who read it there must not be able to end another browser's interaction.
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
