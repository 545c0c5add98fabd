import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import { offerBrands } from '../../http/page-brand.ts';
import { LOGOS_PATH } from '../../identity/branding/logo-path.ts';
import type { Brands } from '../../identity/branding/open-brands.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RememberedAccount } from '../../sign-in/remembered-account.ts';

interface PageBrandsDependencies {
  readonly brands: Brands;
  readonly remembered: Pick<RememberedAccount, 'in'>;
}

/**
 * Gives the pages of a request the brand of the account that this browser last signed in to, until the page knows better. Without the store
 * the pages are shown all the same.
 */
export function brandPages({
  brands,
  remembered,
}: PageBrandsDependencies): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    const book = await brands.current().catch(() => undefined);
    if (book !== undefined) offerBrands(request, book, remembered.in(request));
  };
}

/** In seconds. The address of an image never gets another one. */
const LIFETIME = 365 * 86_400;

/** Serves the logos that are in use. Every other address is answered alike, without asking the store. */
export function logoRoute({
  brands,
  store,
}: Pick<PageBrandsDependencies, 'brands'> & { readonly store: Pick<IdentityStore, 'brandLogos'> }): Router {
  return new Router().get(`${LOGOS_PATH}/:account/:logo`, async (ctx) => {
    const accountId = String(ctx['params']['account']);
    const brand = (await brands.current()).of(accountId);
    const { logo } = brand?.accountId === accountId ? brand : {};
    if (logo === undefined || logo.logoId !== ctx['params']['logo']) return;
    const stored = await store.brandLogos.get([accountId, logo.logoId]);
    if (stored === undefined) return;
    const etag = `"${logo.logoId}"`;
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
    ctx.set('Cache-Control', `public, max-age=${LIFETIME}, immutable`);
    ctx.set('ETag', etag);
    ctx.type = logo.type;
    if (ctx.get('If-None-Match') === etag) ctx.status = 304;
    else ctx.body = Buffer.from(stored.data, 'base64');
  });
}
