import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { signedOutPath } from '../../federation/connectors/callback-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { ArrivedMessage } from '../../federation/connectors/logout-connector.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import { SAML_PATHS } from '../../federation/connectors/saml/own-addresses.ts';
import { renderErrorPage } from '../../http/error-page.ts';
import { html } from '../../http/html.ts';
import { renderPage } from '../../http/page.ts';
import { readFormText } from '../../http/read-form.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { ObserveConnector } from './audit-connector.ts';
import { auditSignOut } from './audit-sign-out.ts';
import type { ConnectorSignOut, SignOutOutcome } from './connector-sign-out.ts';
import { leaveFor } from './leave-for.ts';
import { parametersOf } from './parameters-of.ts';

export interface ServiceProviderRoutesDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly signOut: ConnectorSignOut;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
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
    continueTo(ctx, await deps.signOut.returned(state));
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
    ctx.type = 'html';
    ctx.body = renderErrorPage({
      title: 'Sign-out did not work',
      message: 'The message of your provider could not be verified. Give your administrator the reference below.',
      requestId: source.requestId,
    });
  }
}

async function answer(deps: ServiceProviderRoutesDependencies, ctx: Context, outcome: SignOutOutcome): Promise<void> {
  if ('next' in outcome) {
    continueTo(ctx, outcome.next);
    return;
  }
  await auditSignOut(deps, deps.factsOf(ctx.req), { connector: connectorNamed(ctx), ended: outcome.ended });
  if (outcome.answer === undefined) return showSignedOut(ctx);
  leaveFor(ctx, outcome.answer);
}

function continueTo(ctx: Context, next: string | undefined): void {
  if (next === undefined) showSignedOut(ctx);
  else {
    ctx.redirect(next);
    ctx.status = 303;
  }
}

function showSignedOut(ctx: Context): void {
  ctx.type = 'html';
  ctx.body = renderPage({
    title: 'Signed out',
    body: html`<h1>You are signed out</h1><p>You can close this page.</p><p><a href="/sign-in">Sign in again</a></p>`,
  });
}
