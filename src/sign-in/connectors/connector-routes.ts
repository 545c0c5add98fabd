import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { callbackPath } from '../../federation/connectors/callback-path.ts';
import { iconPath } from '../../federation/connectors/icon-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import { SAML_PATHS } from '../../federation/connectors/saml/own-addresses.ts';
import { html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { readFormText } from '../../http/read-form.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { KnownDevices } from '../known-devices.ts';
import type { Progress } from '../sign-in-step.ts';
import { auditConnectorAnswer, type ObserveConnector } from './audit-connector.ts';
import type { ConnectorAttempt } from './connector-attempts.ts';
import { connectorMessage, connectorStatus } from './connector-messages.ts';
import type { AnswerFacts, ConnectorOutcome, ConnectorSignIn, LoginToLink } from './connector-sign-in.ts';
import { nobodyWaits } from './held-answers.ts';
import { iconRoute } from './icon-route.ts';
import { parametersOf } from './parameters-of.ts';

export interface ConnectorRoutesDependencies {
  readonly connectors: Connectors;
  readonly finish: ConnectorSignIn['finish'];
  readonly held: ConnectorSignIn['held'];
  readonly devices: KnownDevices;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** Stores how far a sign-in has come, and says where the browser continues. */
  readonly proceed: (signIn: string, progress: Progress, from: ArrivedFrom) => Promise<string>;
  /** Links a verified login to the user who asked for it, and says where the browser continues. @throws {LoginRefused} */
  readonly link: (ctx: Context, login: LoginToLink) => Promise<LinkedTo>;
  /** Where a person who began at the provider begins here; `undefined` if the connector does not allow that. */
  readonly beginAt: (connector: string) => Promise<string | undefined>;
  /** Where a person chooses another way to sign in. */
  readonly chooseAt: (signIn: string) => string;
}

/** Where an answer arrived from, and for which app. */
export interface ArrivedFrom {
  readonly appId: string;
  /** See {@link ConnectorAttempt.asked}. */
  readonly asked: ConnectorAttempt['asked'];
  readonly source: RequestFacts;
  readonly device: string;
}

/** The user whom a login was linked to, and where the browser continues. */
export interface LinkedTo {
  readonly person: Person;
  readonly at: string;
}

/** The query with which a browser comes for the answer that it posted. */
const HELD = 'held';
/** In bytes. Providers limit the groups in an answer, so that it stays below 100,000 characters. */
const ANSWER_LIMIT = 128 * 1024;

/** Where answers arrive, and the parameter that says which sign-in they are for. */
const ADDRESSES = [
  { pathOf: callbackPath, stateIn: 'state' },
  { pathOf: SAML_PATHS.acs, stateIn: 'RelayState' },
] as const;
type Address = (typeof ADDRESSES)[number];

/** The addresses to which providers send browsers back. */
export function connectorRoutes(deps: ConnectorRoutesDependencies): Router {
  const router = new Router();
  router.get(iconPath(':connector'), iconRoute(deps.connectors));
  for (const address of ADDRESSES) addRoutes(router, deps, address);
  return router;
}

function addRoutes(router: Router, deps: ConnectorRoutesDependencies, address: Address): void {
  const path = address.pathOf(':connector');
  router.get(path, async (ctx) => {
    // Previews and scanners must not use the answer up.
    if (ctx.method !== 'GET') {
      ctx.status = 204;
      return;
    }
    const held = ctx.query[HELD];
    if (held === undefined) return await answer(deps, ctx, { address, text: ctx.querystring });
    const id = String(held);
    const { text, attempt } = await deps.held.take(id);
    if (text !== undefined && attempt === undefined) return await refuse(deps, ctx, nobodyWaits());
    // Without the form there is no state, so it is refused as an answer that nobody waits for.
    return await answer(deps, ctx, { address, text: text ?? '', held: { id, attempt } });
  });
  router.post(path, async (ctx) => {
    const text = await readFormText(ctx.req, ANSWER_LIMIT);
    const state = parametersOf(text)?.[address.stateIn] ?? '';
    try {
      const id = await deps.held.hold({ connector: connectorNamed(ctx), state, text, ip: deps.factsOf(ctx.req).ip });
      ctx.redirect(`${ctx.path}?${new URLSearchParams({ [HELD]: id })}`);
      ctx.status = 303;
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await refuse(deps, ctx, error);
    }
  });
}

/** Refuses a posted answer, or begins a sign-in instead. */
async function refuse(deps: ConnectorRoutesDependencies, ctx: Context, refused: LoginRefused): Promise<void> {
  // A response that nobody asked for is not read: another person's could have been slipped to this browser.
  const start = refused.check === 'state' ? await deps.beginAt(connectorNamed(ctx)) : undefined;
  if (start === undefined) return await conclude(deps, ctx, { facts: {}, refused });
  ctx.redirect(start);
  ctx.status = 303;
}

const connectorNamed = (ctx: Context): string => String(ctx['params']['connector']);

interface ArrivedAnswer {
  readonly address: Address;
  readonly text: string;
  /** Set if it was posted: the state under which it was held, and the attempt that was taken along with it. */
  readonly held?: { readonly id: string; readonly attempt: ConnectorAttempt | undefined };
}

/** Finishes the sign-in, or the linking, that an answer is for. */
async function answer(
  deps: ConnectorRoutesDependencies,
  ctx: Context,
  { address, text, held }: ArrivedAnswer,
): Promise<void> {
  const parameters = parametersOf(text);
  const connector = connectorNamed(ctx);
  const state = parameters?.[address.stateIn] ?? '';
  const outcome: ConnectorOutcome =
    parameters === undefined
      ? { facts: {}, refused: new LoginRefused('parameters', 'a parameter of the answer is repeated') }
      : await deps.finish({
          connector,
          path: address.pathOf(connector),
          state,
          parameters,
          device: deps.devices.idOf(ctx),
          // An answer with two states could be held under one, and taken here for the other.
          ...(held !== undefined && { posted: { attempt: held.id === state ? held.attempt : undefined } }),
        });
  await conclude(deps, ctx, 'toLink' in outcome ? await linked(deps, ctx, outcome) : outcome);
}

type Linked = { readonly facts: Readonly<AnswerFacts>; readonly continueAt: string };

async function linked(
  deps: ConnectorRoutesDependencies,
  ctx: Context,
  { facts, toLink }: Extract<ConnectorOutcome, { readonly toLink: LoginToLink }>,
): Promise<Linked | Refused> {
  try {
    const { person, at } = await deps.link(ctx, toLink);
    return { facts: { ...facts, person }, continueAt: at };
  } catch (error) {
    if (error instanceof LoginRefused) return { facts, refused: error };
    throw error;
  }
}

type Refused = Extract<ConnectorOutcome, { readonly refused: LoginRefused }>;
type Concluded = Exclude<ConnectorOutcome, { readonly toLink: LoginToLink }> | Linked;

/** Puts an outcome on record, and continues or says why it did not work. */
async function conclude(deps: ConnectorRoutesDependencies, ctx: Context, outcome: Concluded): Promise<void> {
  const source = deps.factsOf(ctx.req);
  const { attempt, connector, person, login } = outcome.facts;
  await auditConnectorAnswer(deps, source, {
    connector: attempt?.connector ?? connectorNamed(ctx),
    connectorId: connector?.connectorId,
    appId: attempt?.appId,
    person,
    login,
    refused: 'refused' in outcome ? outcome.refused : undefined,
    isLinking: attempt?.linking !== undefined,
  });
  if ('refused' in outcome) return showRefusal(deps, ctx, { ...outcome, requestId: source.requestId });
  // The answer was checked to come from the browser that began.
  const device = deps.devices.idOf(ctx);
  if (device !== undefined) deps.devices.vouch(ctx, device);
  const from = { appId: attempt?.appId ?? '', asked: attempt?.asked, source, device: device ?? '' };
  ctx.redirect('continueAt' in outcome ? outcome.continueAt : await deps.proceed(outcome.signIn, outcome.passed, from));
  ctx.status = 303;
}

function showRefusal(
  { chooseAt }: ConnectorRoutesDependencies,
  ctx: Context,
  refusal: { readonly facts: AnswerFacts; readonly refused: LoginRefused; readonly requestId: string },
): void {
  const { facts, refused, requestId } = refusal;
  const { attempt, connector } = facts;
  // Only the browser that began may go on.
  const isTheirs = attempt !== undefined && attempt.linking === undefined && refused.check !== 'browser';
  const title = attempt?.linking === undefined ? say('connectors.signInFailed') : say('connectors.linkingFailed');
  ctx.status = connectorStatus(refused);
  showPage(ctx, {
    title,
    body: html`<h1>${title}</h1>
<p>${connectorMessage(refused, connector?.displayName)}</p>
<p class="soft">${say('frame.reference', { id: requestId })}</p>
<p>${
      isTheirs
        ? html`<a class="button" href="${chooseAt(attempt.signIn)}">${say('connectors.chooseHow')}</a>`
        : html`<a href="/sign-in">${say('frame.yourAccount')}</a>`
    }</p>`,
  });
}
