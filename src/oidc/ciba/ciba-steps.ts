import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { POLL_INTERVAL, type Polls } from '../device/polls.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { CIBA_GRANT } from '../library/requests/backchannel-requests.ts';
import type { CibaEvents } from './ciba-events.ts';

/** In the form that oidc-provider expects. */
const BEGIN = /^\/backchannel\/?$/i;
const TOKEN = /^\/token\/?$/i;

interface StepsDependencies {
  readonly polls: Polls;
  readonly events: Pick<CibaEvents, 'observe' | 'expired'>;
}

type Body = Readonly<Record<string, unknown>>;

/** Completes oidc-provider's answers to clients: the interval, `unauthorized_client`, and `slow_down`, which it never sends. */
export function cibaAnswers({ polls, events }: StepsDependencies): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    if (BEGIN.test(ctx.path)) return completeBegun(ctx);
    const id = TOKEN.test(ctx.path) ? ctx.oidc?.params?.['auth_req_id'] : undefined;
    if (typeof id !== 'string') return;
    const { error } = (ctx.body ?? {}) as Body;
    if (error === 'expired_token') await events.expired(ctx, id);
    // The person's answer comes first: a client that could have it is not told to wait.
    if (error !== 'authorization_pending' || !(await polls.isTooFast(id))) return;
    events.observe('slow-down');
    ctx.body = {
      error: 'slow_down',
      error_description: `poll at most every ${POLL_INTERVAL} seconds; wait 5 seconds longer between polls from now on`,
    };
  };
}

function completeBegun(ctx: Context & KoaContextWithOIDC): void {
  const body = (ctx.body ?? {}) as Body;
  if (ctx.status === 200 && body['auth_req_id'] !== undefined) ctx.body = { ...body, interval: POLL_INTERVAL };
  // §13. The library says invalid_request.
  else if (body['error'] === 'invalid_request' && ctx.oidc?.client?.grantTypeAllowed(CIBA_GRANT) === false) {
    ctx.body = { ...body, error: 'unauthorized_client' };
  }
}

/** Leaves the flow out of the discovery documents while no client may use it, and says that there are no user codes (§4). */
export function announceCiba(mayBeUsed: () => Promise<boolean>): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    if (!/^\/\.well-known\//.test(ctx.path) || ctx.status !== 200) return;
    const document = ctx.body as Body;
    if (await mayBeUsed()) {
      ctx.body = { ...document, backchannel_user_code_parameter_supported: false };
      return;
    }
    const grants = document['grant_types_supported'] as readonly string[] | undefined;
    ctx.body = {
      ...Object.fromEntries(Object.entries(document).filter(([name]) => !NAMES.has(name))),
      grant_types_supported: grants?.filter((grant) => grant !== CIBA_GRANT),
    };
  };
}

const NAMES: ReadonlySet<string> = new Set([
  'backchannel_authentication_endpoint',
  'backchannel_token_delivery_modes_supported',
  'backchannel_user_code_parameter_supported',
  'backchannel_authentication_request_signing_alg_values_supported',
]);
