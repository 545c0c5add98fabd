import type Provider from 'oidc-provider';

/** A middleware of oidc-provider's Koa application, whose types are not those of our Koa. */
export type LibraryMiddleware = (ctx: never, next: () => Promise<void>) => unknown;

/** Adds middleware before oidc-provider's routes, in this order. */
export function beforeRoutes(provider: Provider, middleware: readonly LibraryMiddleware[]): void {
  for (const each of middleware) provider.use(each as never);
}

/** Adds middleware after the routes, for requests that match no route: `use` would put it before them. */
export function behindRoutes(provider: Provider, middleware: LibraryMiddleware): void {
  provider.middleware.push(middleware as never);
}
