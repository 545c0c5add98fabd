import type { Context, Middleware } from 'koa';
import { ISSUER_PATH } from '../own-client.ts';
import { CLAIMS } from './claims.ts';

/** RFC 9728 §3. */
const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** The user info endpoint, also as a resource that clients may name. */
export const USERINFO_PATH = `${ISSUER_PATH}/me`;
const ROLE_CREDENTIALS_PATH = `${ISSUER_PATH}/role-credentials`;
/** The protected resources below the issuer, in the form that the router expects. */
const PROTECTED = /^\/(me|role-credentials)\/?$/;
/** In seconds. */
const MAX_AGE = 3600;

interface ResourceMetadataOptions {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** Whether the endpoint for role credentials is served. */
  readonly roleCredentials: boolean;
}

/**
 * The documents (RFC 9728 §2) of this server's own protected resources, by their paths: the server itself, for which machines get their
 * tokens, and its two endpoints. Each names exactly the resource whose address leads to it (§3.3).
 */
function documents({ publicUrl, roleCredentials }: ResourceMetadataOptions): ReadonlyMap<string, object> {
  const common = {
    authorization_servers: [`${publicUrl}${ISSUER_PATH}`],
    bearer_methods_supported: ['header'],
  };
  const userinfo = {
    resource: publicUrl + USERINFO_PATH,
    ...common,
    resource_name: 'Rolecall user info',
    scopes_supported: Object.keys(CLAIMS),
    bearer_methods_supported: ['header', 'body'],
  };
  const credentials = {
    resource: publicUrl + ROLE_CREDENTIALS_PATH,
    ...common,
    resource_name: 'Rolecall role credentials',
    scopes_supported: ['openid', 'rolecall'],
  };
  return new Map<string, object>([
    ['', { resource: publicUrl, ...common, resource_name: 'Rolecall' }],
    [USERINFO_PATH, userinfo],
    ...(roleCredentials ? [[ROLE_CREDENTIALS_PATH, credentials] as const] : []),
  ]);
}

/**
 * Publishes the metadata of this server's own protected resources, for pages of any origin. The path of a resource follows the well-known
 * part (RFC 9728 §3.1).
 */
export function resourceMetadata(options: ResourceMetadataOptions): Middleware {
  const byPath = documents(options);
  return async (ctx, next) => {
    if (!ctx.path.startsWith(WELL_KNOWN)) return await next();
    const document = byPath.get(ctx.path.slice(WELL_KNOWN.length).replace(/\/$/, ''));
    if (document === undefined) return await next();
    ctx.set('Access-Control-Allow-Origin', '*');
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD, OPTIONS');
      ctx.set('Access-Control-Allow-Methods', 'GET');
      // Clients send their protocol version along, which is not a header that needs no permission.
      const asked = ctx.get('Access-Control-Request-Headers');
      if (asked !== '') ctx.set('Access-Control-Allow-Headers', asked);
      ctx.status = ctx.method === 'OPTIONS' ? 204 : 405;
      return;
    }
    ctx.set('Cache-Control', `public, max-age=${MAX_AGE}`);
    ctx.body = document;
  };
}

/** Says in the challenges of the protected endpoints below the issuer where their metadata are (RFC 9728 §5.1). */
export function pointToMetadata(publicUrl: string) {
  return async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    await next();
    const [, name] = PROTECTED.exec(ctx.path) ?? [];
    const challenges = ctx.res.getHeader('WWW-Authenticate');
    if (name === undefined || challenges === undefined) return;
    const parameter = `resource_metadata="${publicUrl}${WELL_KNOWN}${ISSUER_PATH}/${name}"`;
    ctx.set(
      'WWW-Authenticate',
      [challenges].flat().map((challenge) => `${challenge}, ${parameter}`),
    );
  };
}
