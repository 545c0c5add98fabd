import type { Client, Configuration } from 'oidc-provider';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { TOKEN_LIFETIMES } from './tokens.ts';

/** The resources for which a client may request tokens, from its document. */
export function resourcesOf(client: Client): OidcApplicationSettings['resources'] {
  return (client['resources'] as OidcApplicationSettings['resources'] | undefined) ?? [];
}

/**
 * Access tokens for a service have it as their audience and are signed (RFC 8707, RFC 9068: `typ: at+jwt`). The service verifies them
 * with the JWKS, and they are not stored. Tokens of machines are always of this kind: for this server itself unless they name another
 * service. The token that a person's app gets without naming a resource is opaque and only valid for userinfo.
 */
export function resources(publicUrl: string, library: OidcProviderLibrary): Configuration {
  return {
    features: {
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, client, oneOf) => {
          if (oneOf !== undefined) return oneOf;
          const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials';
          return (isMachine ? (resourcesOf(client)[0]?.resource ?? publicUrl) : undefined) as string;
        },
        useGrantedResource: async () => false,
        getResourceServerInfo: async (ctx, resource, client) => {
          const listed = resourcesOf(client).find((candidate) => candidate.resource === resource);
          const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials';
          if (listed === undefined && !(isMachine && resource === publicUrl)) throw new library.errors.InvalidTarget();
          return {
            scope: (listed?.scopes ?? []).join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: isMachine ? TOKEN_LIFETIMES.machineToken : TOKEN_LIFETIMES.accessToken,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  };
}
