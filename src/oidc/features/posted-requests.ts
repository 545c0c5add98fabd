import type { Context } from 'koa';
import { type ErrorLog, errorPages } from '../../http/error-page.ts';
import { readFormText } from '../../http/read-form.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { RESUMES } from '../library/interaction-cookie.ts';
import { ISSUER_PATH } from '../own-client.ts';

/** The endpoints that apps may redirect a browser to by GET or POST (OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2). */
const TAKES_POST = /^\/(?:auth|session\/end)\/?$/i;
/** The parameter that identifies a stored request. */
const KEPT = 'posted';
interface PostedRequestsDependencies {
  /** Of the current request: everything is stored before the answer is sent. */
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly logError: ErrorLog;
  readonly requestIdOf: (request: object) => string;
}

const keyOf = (id: string): string => EPHEMERAL_KEYS.postedRequest.of(hashedId(id));
const boundTo = (id: string): string => `posted ${id}`;

/**
 * Lets apps post the requests that they may also send in the URL. Browsers do not send `SameSite=Lax` cookies with a form posted by
 * another site, so the person would appear signed out. Therefore the form is stored and the browser is redirected by GET, with its
 * cookies. The form is sealed and kept out of the URL, because an `id_token_hint` is worth a login until it expires.
 */
export function postedRequests(deps: PostedRequestsDependencies) {
  const { ephemeral, sealer, random } = deps;

  const keep = async (ctx: Context): Promise<void> => {
    const text = ctx.get('content-type') === '' ? '' : await readFormText(ctx.req);
    const id = random.bytes(32).toString('base64url');
    await ephemeral.set(keyOf(id), sealer.seal(Buffer.from(text), boundTo(id)), EPHEMERAL_KEYS.postedRequest.lifetime);
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

/** A return from a sign-in has no parameters of its own, so no others may be read there. */
export function withoutQuery(ctx: Context, next: () => Promise<void>): Promise<void> {
  if (ctx.querystring !== '' && RESUMES.test(ctx.path)) ctx.querystring = '';
  return next();
}
