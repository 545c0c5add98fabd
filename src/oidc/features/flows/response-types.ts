import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC, ResponseType } from 'oidc-provider';
import { ordered, RESPONSE_TYPES, TOKEN_RESPONSE_TYPES } from '../../../identity/applications/oidc/client-flows.ts';
import type { LibraryMiddleware } from '../../library/middleware.ts';

const METADATA = /^\/\.well-known\//;

/**
 * What authorization responses may contain. Each client only gets what it is registered for, by default a code (RFC 9700 §2.1.2).
 * @param withTokens whether clients may be registered for access tokens in the browser.
 */
export function responseTypes(withTokens: boolean): Configuration {
  return { responseTypes: [...RESPONSE_TYPES, ...(withTokens ? TOKEN_RESPONSE_TYPES : [])] as ResponseType[] };
}

/**
 * Names the issuer in responses with an ID token, too, where oidc-provider leaves that to the token (RFC 9207 §2). Clients that know from
 * discovery that the parameter is there refuse responses without it.
 */
export function nameIssuer(provider: Provider): void {
  const name = (ctx: KoaContextWithOIDC, out?: Record<string, unknown>): void => {
    // In a signed response, it is a claim of the JWT. A person who allows a device gets no response.
    const mode = (ctx.oidc as unknown as { readonly responseMode?: string }).responseMode;
    if (out !== undefined && mode?.includes('jwt') !== true) out['iss'] ??= provider.issuer;
  };
  // The library's types lack the second parameter.
  provider.on('authorization.success' as never, name as never);
}

/** Lists in the discovery documents only the response types that a client is registered for, and `code`. */
export function announceResponseTypes(inUse: () => Promise<ReadonlySet<string>>): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    if (!METADATA.test(ctx.path) || ctx.status !== 200) return;
    const body = ctx.body as {
      readonly response_types_supported: readonly string[];
      readonly grant_types_supported: readonly string[];
    };
    const used = await inUse();
    const types = body.response_types_supported.filter((type) => type === 'code' || used.has(ordered(type)));
    const isImplicit = types.some((type) => type !== 'code');
    ctx.body = {
      ...body,
      response_types_supported: types,
      grant_types_supported: body.grant_types_supported.filter((grant) => isImplicit || grant !== 'implicit'),
    };
  };
}
