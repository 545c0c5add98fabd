import type Provider from 'oidc-provider';

/** A middleware of oidc-provider's Koa application, whose types are not those of our Koa. */
export type LibraryMiddleware = (ctx: never, next: () => Promise<void>) => unknown;

/** Puts middleware around oidc-provider's routes, in this order. */
export function beforeRoutes(provider: Provider, middleware: readonly LibraryMiddleware[]): void {
  for (const each of middleware) provider.use(each as never);
}

/** Puts a middleware behind the routes, where only those requests arrive that no route takes: `use` would put it before them. */
export function behindRoutes(provider: Provider, middleware: LibraryMiddleware): void {
  provider.middleware.push(middleware as never);
}
