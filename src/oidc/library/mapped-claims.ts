import type Provider from 'oidc-provider';

/** What {@link addMappedClaims} adds, among the claims of an account. Not a text, so that no scope or `claims` parameter names it. */
export const MAPPED_CLAIMS = Symbol('mapped claims');

interface Claims {
  readonly available: { readonly [MAPPED_CLAIMS]?: Readonly<Record<string, unknown>> };
  result(): Promise<Record<string, unknown>>;
}

/**
 * Adds the claims that a client has of its own to ID tokens and userinfo. oidc-provider knows claims by scope only, the same for all clients,
 * and removes others. Its own are never replaced.
 */
export function addMappedClaims(provider: Provider): void {
  const { prototype } = (provider as unknown as { readonly Claims: { readonly prototype: Claims } }).Claims;
  const { result } = prototype;
  prototype.result = async function (this: Claims) {
    return { ...this.available[MAPPED_CLAIMS], ...(await result.call(this)) };
  };
}
