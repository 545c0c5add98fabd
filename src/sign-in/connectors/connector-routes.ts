import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { callbackPath } from '../../federation/connectors/callback-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import { html } from '../../http/html.ts';
import { renderPage } from '../../http/page.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { KnownDevices } from '../known-devices.ts';
import type { Progress } from '../sign-in-step.ts';
import { auditConnectorAnswer, type ObserveConnector } from './audit-connector.ts';
import { connectorMessage, connectorStatus } from './connector-messages.ts';
import type { AnswerFacts, ConnectorOutcome, ConnectorSignIn } from './connector-sign-in.ts';

export interface ConnectorRoutesDependencies {
  readonly finish: ConnectorSignIn['finish'];
  readonly devices: KnownDevices;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** Stores how far a sign-in has come, and says where the browser continues. */
  readonly proceed: (signIn: string, progress: Progress) => Promise<string>;
  /** Where a person chooses another way to sign in. */
  readonly chooseAt: (signIn: string) => string;
}

/** The addresses to which providers send browsers back. */
export function connectorRoutes(deps: ConnectorRoutesDependencies): Router {
  const router = new Router();
  router.get(callbackPath(':connector'), async (ctx) => {
    // Previews and scanners must not use the answer up.
    if (ctx.method !== 'GET') {
      ctx.status = 204;
      return;
    }
    const source = deps.factsOf(ctx.req);
    const name = String(ctx['params']['connector']);
    const parameters = parametersOf(ctx);
    const outcome: ConnectorOutcome =
      parameters === undefined
        ? { facts: {}, refused: new LoginRefused('parameters', 'a parameter of the answer is repeated') }
        : await deps.finish({ connector: name, parameters, device: deps.devices.idOf(ctx) });
    const { attempt, person, login } = outcome.facts;
    await auditConnectorAnswer(deps, source, {
      connector: attempt?.connector ?? name,
      appId: attempt?.appId,
      person,
      login,
      refused: 'refused' in outcome ? outcome.refused : undefined,
    });
    if ('refused' in outcome) return showRefusal(deps, ctx, { ...outcome, requestId: source.requestId });
    ctx.redirect(await deps.proceed(outcome.signIn, outcome.passed));
    ctx.status = 303;
  });
  return router;
}

/** The parameters of an answer; `undefined` if one is repeated (RFC 6749 §3.1). */
function parametersOf(ctx: Context): Readonly<Record<string, string>> | undefined {
  const parameters = new URLSearchParams(ctx.querystring);
  const names = [...parameters.keys()];
  return new Set(names).size === names.length ? Object.fromEntries(parameters) : undefined;
}

function showRefusal(
  { chooseAt }: ConnectorRoutesDependencies,
  ctx: Context,
  refusal: { readonly facts: AnswerFacts; readonly refused: LoginRefused; readonly requestId: string },
): void {
  const { facts, refused, requestId } = refusal;
  const { attempt, connector } = facts;
  // Only the browser that began may go on.
  const isTheirs = attempt !== undefined && refused.check !== 'browser';
  ctx.status = connectorStatus(refused);
  ctx.type = 'html';
  ctx.body = renderPage({
    title: 'Sign-in did not work',
    body: html`<h1>Sign-in did not work</h1>
<p>${connectorMessage(refused, connector?.displayName)}</p>
<p class="soft">Reference: ${requestId}</p>
<p>${
      isTheirs
        ? html`<a class="button" href="${chooseAt(attempt.signIn)}">Choose how to sign in</a>`
        : html`<a href="/sign-in">Your account</a>`
    }</p>`,
  });
}
