import type { Context } from 'koa';
import { type ErrorLog, errorPages } from '../../http/error-page.ts';
import { readFormText } from '../../http/read-form.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { ISSUER_PATH } from '../own-client.ts';

/** Where an app may send a browser by GET and by POST (OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2). */
const TAKES_POST = /^\/(?:auth|session\/end)\/?$/i;
/** The parameter that names a request kept here. */
const KEPT = 'posted';
/** Ms; a person may reload the page that it led to. */
const LIFETIME = 10 * 60_000;

interface PostedRequestsDependencies {
  /** Of the request being served: what is put in is stored before the answer leaves. */
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly logError: ErrorLog;
  readonly requestIdOf: (request: object) => string;
}

const keyOf = (id: string): string => `oidc/posted/${hashedId(id)}`;
const boundTo = (id: string): string => `posted ${id}`;

/**
 * Lets apps post what they may also send in the address. Browsers do not send `SameSite=Lax` cookies with a form that another site posts,
 * so the person would look signed out: the form is kept, and the browser is sent on by GET, with its cookies. It is kept sealed and
 * outside the address, because an `id_token_hint` is worth a login until it expires.
 */
export function postedRequests(deps: PostedRequestsDependencies) {
  const { ephemeral, sealer, random } = deps;

  const keep = async (ctx: Context): Promise<void> => {
    const text = ctx.get('content-type') === '' ? '' : await readFormText(ctx.req);
    const id = random.bytes(32).toString('base64url');
    await ephemeral.set(keyOf(id), sealer.seal(Buffer.from(text), boundTo(id)), LIFETIME);
    ctx.redirect(`${ISSUER_PATH}${ctx.path}?${KEPT}=${id}`);
    ctx.status = 303;
  };

  const restore = async (ctx: Context, id: string): Promise<void> => {
    const sealed = await ephemeral.get(keyOf(id));
    if (sealed === undefined) {
      throw new ServiceError('ValidationError', 'This request has expired. Go back to the app and start again.');
    }
    ctx.querystring = sealer.open(sealed, boundTo(id)).toString('utf8');
    Object.assign(ctx.req, { originalUrl: ISSUER_PATH + ctx.url });
  };

  const answer = async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    if (ctx.method === 'POST') return await keep(ctx);
    const id = ctx.query[KEPT];
    if (typeof id === 'string') await restore(ctx, id);
    await next();
  };

  const withErrors = errorPages(deps.logError);
  return (ctx: Context, next: () => Promise<void>): Promise<void> => {
    if (!TAKES_POST.test(ctx.path) || (ctx.method !== 'POST' && ctx.query[KEPT] === undefined)) return next();
    ctx.state['requestId'] = deps.requestIdOf(ctx.req);
    return withErrors(ctx as never, () => answer(ctx, next));
  };
}

/** What comes back from a sign-in has no parameters of its own: those of anybody else must not be read there. */
export function withoutQuery(ctx: Context, next: () => Promise<void>): Promise<void> {
  if (ctx.querystring !== '' && /^\/auth\/[^/]+\/?$/i.test(ctx.path)) ctx.querystring = '';
  return next();
}
