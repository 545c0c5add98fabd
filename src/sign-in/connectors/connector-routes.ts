import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { callbackPath } from '../../federation/connectors/callback-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import { html } from '../../http/html.ts';
import { renderPage } from '../../http/page.ts';
import { readFormText } from '../../http/read-form.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { KnownDevices } from '../known-devices.ts';
import type { Progress } from '../sign-in-step.ts';
import { auditConnectorAnswer, type ObserveConnector } from './audit-connector.ts';
import { connectorMessage, connectorStatus } from './connector-messages.ts';
import type { AnswerFacts, ConnectorOutcome, ConnectorSignIn } from './connector-sign-in.ts';

export interface ConnectorRoutesDependencies {
  readonly finish: ConnectorSignIn['finish'];
  readonly held: ConnectorSignIn['held'];
  readonly devices: KnownDevices;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** Stores how far a sign-in has come, and says where the browser continues. */
  readonly proceed: (signIn: string, progress: Progress) => Promise<string>;
  /** Where a person chooses another way to sign in. */
  readonly chooseAt: (signIn: string) => string;
}

/** The query with which a browser comes for the answer that it posted. */
const HELD = 'held';
/** In bytes. Providers limit the groups in an answer, so that it stays below 100,000 characters. */
const ANSWER_LIMIT = 128 * 1024;

/** The addresses to which providers send browsers back. */
export function connectorRoutes(deps: ConnectorRoutesDependencies): Router {
  const router = new Router();
  const path = callbackPath(':connector');
  router.get(path, async (ctx) => {
    // Previews and scanners must not use the answer up.
    if (ctx.method !== 'GET') {
      ctx.status = 204;
      return;
    }
    const held = ctx.query[HELD];
    if (held === undefined) return await answer(deps, ctx, { text: ctx.querystring, wasPosted: false });
    const text = typeof held === 'string' ? await deps.held.take(held) : undefined;
    // Without the form there is no state, so it is refused as an answer that nobody waits for.
    return await answer(deps, ctx, { text: text ?? '', wasPosted: true });
  });
  router.post(path, async (ctx) => {
    const text = await readFormText(ctx.req, ANSWER_LIMIT);
    const state = parametersOf(text)?.['state'] ?? '';
    try {
      const id = await deps.held.hold({ connector: connectorNamed(ctx), state, text });
      ctx.redirect(`${ctx.path}?${new URLSearchParams({ [HELD]: id })}`);
      ctx.status = 303;
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await conclude(deps, ctx, { facts: {}, refused: error });
    }
  });
  return router;
}

const connectorNamed = (ctx: Context): string => String(ctx['params']['connector']);

/** Finishes the sign-in that an answer is for. */
async function answer(
  deps: ConnectorRoutesDependencies,
  ctx: Context,
  { text, wasPosted }: { readonly text: string; readonly wasPosted: boolean },
): Promise<void> {
  const parameters = parametersOf(text);
  const outcome: ConnectorOutcome =
    parameters === undefined
      ? { facts: {}, refused: new LoginRefused('parameters', 'a parameter of the answer is repeated') }
      : await deps.finish({ connector: connectorNamed(ctx), parameters, device: deps.devices.idOf(ctx), wasPosted });
  await conclude(deps, ctx, outcome);
}

/** Puts an outcome on record, and continues the sign-in or says why it did not work. */
async function conclude(deps: ConnectorRoutesDependencies, ctx: Context, outcome: ConnectorOutcome): Promise<void> {
  const source = deps.factsOf(ctx.req);
  const { attempt, person, login } = outcome.facts;
  await auditConnectorAnswer(deps, source, {
    connector: attempt?.connector ?? connectorNamed(ctx),
    appId: attempt?.appId,
    person,
    login,
    refused: 'refused' in outcome ? outcome.refused : undefined,
  });
  if ('refused' in outcome) return showRefusal(deps, ctx, { ...outcome, requestId: source.requestId });
  ctx.redirect(await deps.proceed(outcome.signIn, outcome.passed));
  ctx.status = 303;
}

/** The parameters of an answer; `undefined` if one is repeated (RFC 6749 §3.1). */
function parametersOf(text: string): Readonly<Record<string, string>> | undefined {
  const parameters = new URLSearchParams(text);
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
