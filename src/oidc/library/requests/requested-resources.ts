import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';

/** The parameters of a request. */
export interface RequestParameters {
  readonly grant_type?: unknown;
  resource?: unknown;
}

/** The context of a request, as oidc-provider creates it. The parameters may be read before the client is known. */
interface RequestContext {
  readonly client: Client | undefined;
  params: RequestParameters | undefined;
}

/** Returns the resource to take instead, or `undefined` to take none. */
export type ReplaceResource = (resource: string, client: Client, parameters: RequestParameters) => string | undefined;

/**
 * Replaces the resources that a client requests (RFC 8707 §2) as soon as the client is known, at every endpoint and wherever the parameters
 * come from: the query, a form, a request object or a pushed request. Everything that oidc-provider compares and stores is what `replace`
 * returned, so two spellings of a resource cannot be granted apart.
 * @returns tells whether a resource of a request was replaced by none.
 */
export function replaceResources(provider: Provider, replace: ReplaceResource): (oidc: object) => boolean {
  const { OIDCContext } = provider as unknown as { readonly OIDCContext: { readonly prototype: object } };
  const kept = new WeakMap<object, RequestParameters | undefined>();
  const withoutOne = new WeakSet<object>();
  Object.defineProperty(OIDCContext.prototype, 'params', {
    get(this: RequestContext) {
      const params = kept.get(this);
      const { client } = this;
      if (client === undefined || params?.resource === undefined) return params;
      const requested = [params.resource].flat();
      if (!requested.every((each) => typeof each === 'string')) return params;
      const replaced = requested.map((each) => replace(each, client, params));
      if (replaced.includes(undefined)) withoutOne.add(this);
      const [first, ...more] = new Set(replaced.filter((each) => each !== undefined));
      params.resource = more.length === 0 ? first : [first, ...more];
      return params;
    },
    set(this: RequestContext, params: RequestParameters | undefined) {
      kept.set(this, params);
    },
  });
  return (oidc) => withoutOne.has(oidc);
}
