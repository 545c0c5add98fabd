import type { Client, Configuration } from 'oidc-provider';
import { registeredSpelling } from '../../identity/applications/oidc/same-resource.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { ReplaceResource } from '../library/requests/requested-resources.ts';
import { USERINFO_PATH } from './resource-metadata.ts';
import { TOKEN_LIFETIMES } from './tokens.ts';

/** The resources for which a client may request tokens, from its document. */
export function resourcesOf(client: Client): OidcApplicationSettings['resources'] {
  return (client['resources'] as OidcApplicationSettings['resources'] | undefined) ?? [];
}

/**
 * Takes each requested resource in the spelling of the client's document, which is also its name in `aud`. User info is no service with tokens
 * of its own: who names it wants a token without a service.
 */
export function replaceResource(publicUrl: string): ReplaceResource {
  const userinfo = publicUrl + USERINFO_PATH;
  return (requested, client, { grant_type: grant }) =>
    requested === userinfo && grant !== 'client_credentials'
      ? undefined
      : registeredSpelling(
          requested,
          resourcesOf(client).map(({ resource }) => resource),
        );
}

/**
 * Access tokens for a service have it as their audience and are signed (RFC 8707, RFC 9068: `typ: at+jwt`). The service verifies them
 * with the JWKS, and they are not stored. Tokens of machines are always of this kind: for this server itself unless they name another
 * service. The token that a person's app gets without naming a resource is opaque and only valid for userinfo.
 */
export function resources(
  publicUrl: string,
  library: OidcProviderLibrary,
  asksForUserinfo: (oidc: object) => boolean,
): Configuration {
  return {
    features: {
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, client, oneOf) => {
          // A token has one audience: of several granted resources, the one that was requested first.
          if (oneOf !== undefined) return [oneOf].flat()[0] as string;
          const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials';
          return (isMachine ? (resourcesOf(client)[0]?.resource ?? publicUrl) : undefined) as string;
        },
        // RFC 8707 §2.2: a token request that names no resource is for the one that was chosen at authorization.
        useGrantedResource: async (ctx) => !asksForUserinfo(ctx.oidc),
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
