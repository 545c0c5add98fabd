import type { Context } from 'koa';
import type { Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { addressGroup } from '../../identity/attempts/networks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import {
  bindPage,
  codeProblem,
  type DeviceRequest,
  deviceRequestOf,
  findDeviceRequest,
  shownUserCode,
} from '../library/device-code.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';
import type { DeviceEvents } from './device-events.ts';
import { devicePageState } from './device-page-state.ts';
import { allowedPage, type CodePage, codePage, confirmPage, deniedPage } from './device-pages.ts';
import { requestedAccess } from './requested-access.ts';

/** Seconds in which a device's sign-in must be allowed. */
const LIFETIME = 600;
/** Eight of twenty consonants: 34 bits (RFC 8628 §6.1), without vowels that make words, in any case. */
const USER_CODE = { charset: 'base-20', mask: '****-****' } as const;

export interface DeviceFlowDependencies {
  readonly library: OidcProviderLibrary;
  readonly clock: Clock;
  readonly signedIn: (ctx: Context) => Promise<SignedIn | undefined>;
  readonly ipOf: (ctx: Pick<Context, 'req'>) => string;
  readonly events: DeviceEvents;
  readonly renderError: NonNullable<Configuration['renderError']>;
}

/** A problem with a code, as oidc-provider reports it. */
interface Failed {
  readonly out: ErrorOut;
  readonly error: Error;
}

/** RFC 8628: a device without a browser shows a code, which a person enters in the browser of another device. All of its pages. */
export function deviceFlow(deps: DeviceFlowDependencies): Configuration {
  return {
    ttl: { DeviceCode: LIFETIME },
    features: {
      deviceFlow: {
        enabled: true,
        ...USER_CODE,
        deviceInfo: (ctx) => ({ ip: deps.ipOf(ctx as unknown as Context) }),
        userCodeInputSource: async (ctx, _form, out, error) => {
          if (out === undefined || error === undefined) await showCodePage(deps, ctx);
          else await showFailed(deps, ctx, { out, error });
        },
        userCodeConfirmSource: async (ctx, _form, _client, _deviceInfo, userCode) => {
          const request = deviceRequestOf(ctx);
          if (request === undefined) throw new TypeError('there is no request to confirm');
          await showConfirmPage(deps, ctx, { request, userCode });
        },
        successSource: async (ctx) => {
          const { client } = ctx.oidc;
          await deps.events.answered(ctx, 'allowed', (await findPerson(deps, ctx))?.person);
          show(
            ctx,
            say('device.signedIn'),
            allowedPage(client?.clientName ?? client?.clientId ?? say('signIn.appInText')),
          );
        },
      },
    },
  };
}

function show(ctx: KoaContextWithOIDC, title: Text, body: ReturnType<typeof codePage>): void {
  showPage(ctx, { title, body });
}

async function findPerson(
  { signedIn }: DeviceFlowDependencies,
  ctx: KoaContextWithOIDC,
): Promise<SignedIn | undefined> {
  return devicePageState(ctx)?.found ?? (await signedIn(ctx as unknown as Context));
}

function formOf(ctx: KoaContextWithOIDC): Pick<CodePage, 'action' | 'secret'> {
  return { action: ctx.oidc.urlFor('code_verification'), secret: bindPage(ctx) };
}

/** The page for a code, or, if a link had one, what it stands for. Looking at it changes nothing (RFC 8628 §3.3.1). */
async function showCodePage(deps: DeviceFlowDependencies, ctx: KoaContextWithOIDC): Promise<void> {
  const typed = devicePageState(ctx)?.typed;
  if (typed === undefined) return await askForCode(deps, ctx, {});
  const request = await findDeviceRequest(ctx, typed);
  const problem = request === undefined ? 'unknown' : problemOf(request);
  if (request === undefined || problem !== undefined) return await askForCode(deps, ctx, { typed, problem });
  await showConfirmPage(deps, ctx, { request, userCode: shownUserCode(typed) });
}

function problemOf({ isExpired, accountId, error, inFlight }: DeviceRequest): 'expired' | 'used' | undefined {
  if (isExpired) return 'expired';
  return accountId !== undefined || error !== undefined || inFlight ? 'used' : undefined;
}

async function askForCode(
  deps: DeviceFlowDependencies,
  ctx: KoaContextWithOIDC,
  asked: Pick<CodePage, 'typed' | 'problem'>,
): Promise<void> {
  const found = await findPerson(deps, ctx);
  const { problem } = asked;
  if (problem !== undefined) {
    ctx.status = 400;
    if (problem !== 'none') deps.events.refused(ctx.req, problem, found?.person);
    const state = devicePageState(ctx);
    if (state !== undefined && problem === 'unknown') state.wasWrong = true;
  }
  const { name: personName = '', accountAlias, accountId } = found?.person ?? {};
  const accountName = accountAlias ?? accountId ?? '';
  const title = say('device.title');
  const shownTitle = problem === undefined ? title : say('frame.errorTitle', { title });
  show(ctx, shownTitle, codePage({ ...formOf(ctx), personName, accountName, ...asked }));
}

async function showConfirmPage(
  deps: DeviceFlowDependencies,
  ctx: KoaContextWithOIDC,
  { request, userCode }: { readonly request: DeviceRequest; readonly userCode: string },
): Promise<void> {
  const client = await ctx.oidc.provider.Client.find(request.clientId);
  const found = await findPerson(deps, ctx);
  if (client === undefined || found === undefined) return await askForCode(deps, ctx, { problem: 'unknown' });
  const { name, accountAlias, accountId } = found.person;
  const requestedFrom = String(request.deviceInfo['ip']);
  show(
    ctx,
    say('device.allowDevice'),
    confirmPage({
      ...formOf(ctx),
      ...requestedAccess(client, request),
      personName: name,
      accountName: accountAlias ?? accountId,
      clientName: client.clientName ?? client.clientId,
      clientId: client.clientId,
      isCommandLine: client.clientId === COMMAND_LINE_CLIENT_ID,
      userCode,
      requestedFrom,
      isOwnNetwork: addressGroup(requestedFrom) === addressGroup(deps.ipOf(ctx)),
      requestedAt: request.iat * 1000,
      now: deps.clock.now(),
    }),
  );
}

async function showFailed(deps: DeviceFlowDependencies, ctx: KoaContextWithOIDC, failed: Failed): Promise<void> {
  const { out, error } = failed;
  const problem = codeProblem(error);
  if (problem === 'denied') {
    await deps.events.answered(ctx, 'denied', (await findPerson(deps, ctx))?.person);
    show(ctx, say('device.deniedTitle'), deniedPage());
    return;
  }
  if (problem !== 'error') {
    const { userCode } = error as { readonly userCode?: string };
    return await askForCode(deps, ctx, { problem, typed: userCode });
  }
  if (!(error instanceof deps.library.errors.InvalidRequest) || ctx.oidc.route !== 'code_verification') {
    return await deps.renderError(ctx, out, error);
  }
  // Two requests answered the code at once, or the form is not of the page that the browser showed last.
  await askForCode(deps, ctx, { problem: deviceRequestOf(ctx) === undefined ? 'error' : 'used' });
}
