import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/** Which request is being served, for what oidc-provider calls without saying so. */
export interface CurrentRequest {
  get(): object | undefined;
  /** Serves a request where oidc-provider has not begun to. */
  during<Result>(request: object, serve: () => Result): Result;
}

/** The session of the request that oidc-provider is serving. */
export function currentSession({ Provider }: Pick<OidcProviderLibrary, 'Provider'>): Session | undefined {
  return Provider.ctx?.oidc.session;
}

/**
 * What oidc-provider keeps for itself says it within its own routes. Ours is for the pages before and beside them, and so only for
 * requests of browsers: each store of this kind that a request runs in makes every promise of the process dearer on Node.js before 24
 * (a machine's token took an eighth more of the main thread).
 */
export function currentRequest({ Provider }: Pick<OidcProviderLibrary, 'Provider'>): CurrentRequest {
  const ours = new AsyncLocalStorage<object>();
  return {
    get: () => Provider.ctx?.req ?? ours.getStore(),
    during: (request, serve) => ours.run(request, serve),
  };
}
