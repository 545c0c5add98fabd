import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import type { Random } from '../../kernel/random.ts';
import { describeWait } from '../../sign-in/pages/describe-wait.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import { codeInLink, deviceState, withCode } from '../device-return.ts';
import { wasShownToAnother } from '../library/device-code.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { DEVICE_PATH, ISSUER_PATH } from '../own-client.ts';
import { ownSignInUrl } from '../own-sign-in-url.ts';
import type { CodeAttempts } from './code-attempts.ts';
import type { DeviceEvents } from './device-events.ts';
import { setDevicePageState } from './device-page-state.ts';
import { POLL_INTERVAL, type Polls } from './polls.ts';

/** In the form that oidc-provider expects. */
const PAGE = /^\/device\/?$/i;
const AUTHORIZATION = /^\/device\/auth\/?$/i;
const TOKEN = /^\/token\/?$/i;
const SEE_OTHER = 303;

export interface DeviceRoutesDependencies {
  readonly publicUrl: string;
  readonly random: Random;
  readonly signedIn: (ctx: Context) => Promise<SignedIn | undefined>;
  readonly attempts: CodeAttempts;
  readonly events: DeviceEvents;
  readonly ipOf: (ctx: Context) => string;
  readonly requestIdOf: (request: object) => string;
  readonly polls: Polls;
}

function leadTo(ctx: Context, url: string): void {
  ctx.redirect(url);
  ctx.status = SEE_OTHER;
}

/** The short address that people type: it leads to the page below the issuer. */
export function deviceRedirect({ publicUrl }: { readonly publicUrl: string }) {
  return (ctx: Context): void => leadTo(ctx, withCode(`${publicUrl}${ISSUER_PATH}/device`, ctx.query['user_code']));
}

/**
 * What comes before oidc-provider's page for user codes: nobody enters a code who is not signed in, because then guesses count against a
 * person, and the page says who would be signed in.
 */
export function beforeDevicePage(deps: DeviceRoutesDependencies): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    if (!PAGE.test(ctx.path) || !['GET', 'HEAD', 'POST'].includes(ctx.method)) return await next();
    const given = ctx.query['user_code'];
    const typed = ctx.method === 'POST' ? undefined : codeInLink(given);
    // oidc-provider would answer a code in the URL with a form that only a script submits.
    ctx.querystring = '';
    const found = await deps.signedIn(ctx);
    if (found === undefined) return leadTo(ctx, ownSignInUrl(deps, { state: deviceState(typed) }));
    if (ctx.method === 'POST' && wasShownToAnother(found.session)) {
      return leadTo(ctx, `${deps.publicUrl}${ISSUER_PATH}/device`);
    }
    const state = { found, typed, wasWrong: false };
    setDevicePageState(ctx, state);
    if (ctx.method !== 'POST' && typed === undefined) return await next();
    const attempt = { subject: found.person.subject, ip: deps.ipOf(ctx) };
    const waitMs = await deps.attempts.begin(attempt);
    if (waitMs !== undefined) return refuse(deps, ctx, { found, waitMs });
    await next();
    if (!state.wasWrong) await deps.attempts.wasRight(attempt);
  };
}

function refuse(
  { events, requestIdOf }: DeviceRoutesDependencies,
  ctx: Context,
  { found, waitMs }: { readonly found: SignedIn; readonly waitMs: number },
): void {
  events.refused(ctx.req, 'throttled', found.person);
  ctx.status = 429;
  ctx.set('Retry-After', String(Math.ceil(waitMs / 1000)));
  showErrorPage(ctx, {
    title: say('device.tooManyTitle'),
    message: say('device.tooManyCodes', { wait: describeWait(waitMs) }),
    requestId: requestIdOf(ctx.req),
  });
}

/** Completes oidc-provider's answers to devices: the short address, the interval, and `slow_down`, which it never sends. */
export function deviceAnswers({ publicUrl, polls, events }: DeviceRoutesDependencies): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    const body = ctx.body as Readonly<Record<string, unknown>> | undefined;
    if (AUTHORIZATION.test(ctx.path) && ctx.status === 200 && body?.['user_code'] !== undefined) {
      const verification_uri = `${publicUrl}${DEVICE_PATH}`;
      const verification_uri_complete = withCode(verification_uri, body['user_code']);
      ctx.body = { ...body, verification_uri, verification_uri_complete, interval: POLL_INTERVAL };
      return;
    }
    if (!TOKEN.test(ctx.path) || body?.['error'] !== 'authorization_pending') return;
    const deviceCode = ctx.oidc.params?.['device_code'];
    if (typeof deviceCode !== 'string' || !(await polls.isTooFast(deviceCode))) return;
    events.observe('slow-down');
    ctx.body = {
      error: 'slow_down',
      error_description: `poll at most every ${POLL_INTERVAL} seconds; wait 5 seconds longer between polls from now on`,
    };
  };
}

/** Leaves the device flow out of the discovery documents while no client may use it. */
export function announceDeviceFlow(mayBeUsed: () => Promise<boolean>, grantType: string): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    if (!/^\/\.well-known\//.test(ctx.path) || ctx.status !== 200 || (await mayBeUsed())) return;
    const {
      device_authorization_endpoint: _,
      grant_types_supported: grants,
      ...rest
    } = ctx.body as {
      readonly device_authorization_endpoint?: string;
      readonly grant_types_supported?: readonly string[];
    };
    ctx.body = { ...rest, grant_types_supported: grants?.filter((grant) => grant !== grantType) };
  };
}
