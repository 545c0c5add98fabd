import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/** Tracks the current request, for calls in which oidc-provider does not pass it. */
export interface CurrentRequest {
  get(): object | undefined;
  /** Runs code for a request outside oidc-provider's own routes. */
  during<Result>(request: object, serve: () => Result): Result;
}

/** The session of the request that oidc-provider is handling. */
export function currentSession({ Provider }: Pick<OidcProviderLibrary, 'Provider'>): Session | undefined {
  return Provider.ctx?.oidc.session;
}

/** Whether oidc-provider is handling a request. */
export function isHandling({ Provider }: Pick<OidcProviderLibrary, 'Provider'>): boolean {
  return Provider.ctx !== undefined;
}

/**
 * Within its own routes, oidc-provider tracks the request itself. This storage is for our pages outside them, and so only for browsers'
 * requests: on Node.js before 24, every async storage that a request runs in slows down all promises of the process.
 */
export function currentRequest({ Provider }: Pick<OidcProviderLibrary, 'Provider'>): CurrentRequest {
  const ours = new AsyncLocalStorage<object>();
  return {
    get: () => Provider.ctx?.req ?? ours.getStore(),
    during: (request, serve) => ours.run(request, serve),
  };
}
