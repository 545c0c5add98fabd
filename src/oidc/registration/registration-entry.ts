import type { Context } from 'koa';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { REGISTRABLE } from './registration-metadata.ts';

/** In the form that oidc-provider expects, below the issuer. */
const REGISTRATION = /^\/reg(?<management>\/[^/]+)?\/?$/i;
/** In bytes. A key set of twenty keys fits, lists of thousands of addresses do not. */
export const REGISTRATION_LIMIT = 32 * 1024;
/** The answer to a registration beside its metadata (RFC 7591 §3.2.1). */
const ANSWERED = new Set<string>([
  ...REGISTRABLE,
  'client_id',
  'client_id_issued_at',
  'client_secret',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
]);
const CORS_AGE = '3600';

interface EntryOptions {
  /** The token by which a request without one registers openly; `undefined` if there is no open registration. */
  readonly openToken: string | undefined;
}

/**
 * What comes before and after oidc-provider's registration endpoints: browsers may use them from any origin, because tokens and not cookies
 * authorise; answers are always JSON; and they have what was registered, without what this server keeps about the client.
 */
export function registrationEntry({ openToken }: EntryOptions): LibraryMiddleware {
  return (ctx: Context, next: () => Promise<void>): void | Promise<void> => {
    const found = REGISTRATION.exec(ctx.path);
    return found === null
      ? next()
      : enter(ctx, next, found.groups?.['management'] === undefined ? openToken : undefined);
  };
}

async function enter(ctx: Context, next: () => Promise<void>, openToken: string | undefined): Promise<void> {
  allowOrigins(ctx);
  if (ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '') {
    ctx.set('Access-Control-Allow-Methods', 'GET,POST,PUT,DELETE');
    ctx.set('Access-Control-Allow-Headers', 'Authorization,Content-Type,MCP-Protocol-Version');
    ctx.set('Access-Control-Max-Age', CORS_AGE);
    ctx.status = 204;
    return;
  }
  const { headers } = ctx.req;
  // oidc-provider would show an error page to programs that accept HTML as well.
  headers.accept = 'application/json';
  if (headers.authorization === undefined && ctx.method === 'POST' && openToken !== undefined) {
    headers.authorization = `Bearer ${openToken}`;
  }
  if ((ctx.request.length ?? 0) > REGISTRATION_LIMIT) return refuseLarge(ctx);
  await next();
  if (ctx.status === 429 && ctx.type !== 'application/json') {
    ctx.body = { error: 'temporarily_unavailable', error_description: 'too many requests: try again in a minute' };
  }
  const isShown = ctx.status === 200 || ctx.status === 201;
  if (isShown && typeof ctx.body === 'object' && ctx.body !== null) ctx.body = shown(ctx.body);
}

function allowOrigins(ctx: Context): void {
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate,Retry-After');
}

function refuseLarge(ctx: Context): void {
  ctx.status = 413;
  // The body was not read, so the connection cannot be reused.
  ctx.set('Connection', 'close');
  ctx.body = {
    error: 'invalid_client_metadata',
    error_description: `the request is too large: send ${REGISTRATION_LIMIT} bytes at most`,
  };
}

function shown(body: object): object {
  const known = Object.fromEntries(Object.entries(body).filter(([name]) => ANSWERED.has(name)));
  const { client_secret: secret, client_secret_expires_at: _never, ...rest } = known;
  // RFC 7591 §3.2.1: needed beside a secret; 0 says that it does not expire.
  return secret === undefined ? rest : { ...rest, client_secret: secret, client_secret_expires_at: 0 };
}
