import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { signedOutPath } from '../../federation/connectors/callback-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { ArrivedMessage } from '../../federation/connectors/logout-connector.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import { SAML_PATHS } from '../../federation/connectors/saml/own-addresses.ts';
import { showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { readFormText } from '../../http/read-form.ts';
import { signedOutPage } from '../../http/signed-out-page.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { ObserveConnector } from './audit-connector.ts';
import { auditSignOut } from './audit-sign-out.ts';
import type { ConnectorSignOut, SignOutOutcome } from './connector-sign-out.ts';
import { leaveFor } from './leave-for.ts';
import { parametersOf } from './parameters-of.ts';

/**
 * Begins a sign-out at the apps of this browser's session, if the session is over: the apps of other protocols can only be told by it.
 * @param next where the browser goes afterwards. @returns `undefined` if there are no such apps.
 */
export type SignOutApps = (ctx: Context, next: Destination) => Promise<Destination | undefined>;

export interface ServiceProviderRoutesDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly signOut: ConnectorSignOut;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly signOutApps: SignOutApps;
}

/** In bytes. A logout message has 2 to 8 KiB, with its certificate. */
const MESSAGE_LIMIT = 64 * 1024;

/** What providers and browsers reach beside the addresses for logins: SAML metadata, single logout, and the way back from a sign-out. */
export function serviceProviderRoutes(deps: ServiceProviderRoutesDependencies): Router {
  const router = new Router();

  router.get(SAML_PATHS.metadata(':connector'), async (ctx, next) => {
    // Also of a connector that is not enabled yet: the provider needs them first.
    const connector = (await deps.connectors.known()).find(({ name }) => name === connectorNamed(ctx));
    const published = connector && deps.open(connector).publishedMetadata;
    if (published === undefined) return await next();
    ctx.type = published.contentType;
    ctx.body = published.text();
  });

  router.get(SAML_PATHS.slo(':connector'), async (ctx) => {
    // Previews and scanners must not use a message up.
    if (ctx.method !== 'GET') {
      ctx.status = 204;
      return;
    }
    await receive(deps, ctx, { binding: 'redirect', rawQuery: ctx.querystring });
  });

  router.post(SAML_PATHS.slo(':connector'), async (ctx) => {
    const fields = parametersOf(await readFormText(ctx.req, MESSAGE_LIMIT)) ?? {};
    await receive(deps, ctx, { binding: 'post', fields });
  });

  router.get(signedOutPath(':connector'), async (ctx) => {
    // Previews and scanners must not use the state up.
    if (ctx.method !== 'GET') {
      ctx.status = 204;
      return;
    }
    const { state } = parametersOf(ctx.querystring) ?? {};
    const next = await deps.signOut.returned(state);
    if (next === undefined) showSignedOut(ctx);
    else await leaveThroughApps(deps, ctx, next);
  });

  return router;
}

const connectorNamed = (ctx: Context): string => String(ctx['params']['connector']);

async function receive(deps: ServiceProviderRoutesDependencies, ctx: Context, message: ArrivedMessage): Promise<void> {
  const source = deps.factsOf(ctx.req);
  const connector = connectorNamed(ctx);
  try {
    await answer(deps, ctx, await deps.signOut.receive(connector, message));
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    await auditSignOut(deps, source, { connector, refused: error });
    ctx.status = 400;
    showErrorPage(ctx, {
      title: say('connectors.signOutFailed'),
      message: say('connectors.unverifiedSignOut'),
      requestId: source.requestId,
    });
  }
}

async function answer(deps: ServiceProviderRoutesDependencies, ctx: Context, outcome: SignOutOutcome): Promise<void> {
  if ('next' in outcome) {
    if (outcome.next === undefined) showSignedOut(ctx);
    else leaveFor(ctx, outcome.next);
    return;
  }
  await auditSignOut(deps, deps.factsOf(ctx.req), { connector: connectorNamed(ctx), ended: outcome.ended });
  const here = signedOutPath(connectorNamed(ctx));
  const next = outcome.answer ?? { url: here };
  if (ctx.method === 'GET') return await leaveThroughApps(deps, ctx, next);
  // A form from another site comes without our cookies. The browser sends them when it comes back by GET.
  leaveFor(ctx, { url: `${here}?state=${await deps.signOut.keepAnswer(next)}` });
}

/** Goes on through the apps of the browser's session, if that has ended. */
async function leaveThroughApps(
  { signOutApps }: ServiceProviderRoutesDependencies,
  ctx: Context,
  next: Destination,
): Promise<void> {
  leaveFor(ctx, (await signOutApps(ctx, next)) ?? next);
}

function showSignedOut(ctx: Context): void {
  showPage(ctx, {
    title: say('frame.signedOutTitle'),
    body: signedOutPage(),
  });
}
