import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import { isUnavailable } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { showBrandOf } from '../../http/page-brand.ts';
import { askForLanguages } from '../../http/page-view.ts';
import { type Form, parseForm, readFormText } from '../../http/read-form.ts';
import { isSignInOver } from '../../identity/sign-in/session-validity.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { leaveAsAsked } from '../../sign-in/connectors/connector-step.ts';
import { leaveFor } from '../../sign-in/connectors/leave-for.ts';
import { runStep, showDueStep } from '../../sign-in/dispatch.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import type { ProtocolPages } from '../../sign-in/protocol-pages.ts';
import type { SignInAnswer, SignInAnswers } from '../../sign-in/sign-in-answers.ts';
import { typedAccount } from '../../sign-in/sign-in-names.ts';
import type { Leaving, PageShown, SignInApp, SignInDependencies, StepResult } from '../../sign-in/sign-in-step.ts';
import { requestingApp } from '../account-page/request-return.ts';
import { isClientOpenTo, onlyAccountOf } from '../client-access.ts';
import { ENDED } from '../features/error-page.ts';
import { CONNECTOR_PARAMETER, NOT_ASSIGNED } from '../features/interactions.ts';
import { interactionOfCookie, isOfDevice, resumePath } from '../library/interaction-cookie.ts';
import { INTERACTION_PATH, ISSUER_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { APP_POLICY } from '../step-up/app-policy.ts';
import { askedStrengthOf } from '../step-up/asked-acr.ts';
import { STEP_UP, UNMET } from '../step-up/step-up.ts';
import type { Interaction, InteractionCall } from './interaction-call.ts';
import { CHOOSE, knownNames, type NameDependencies, parameter } from './known-names.ts';
import { CONTINUE, type FindFinishedApp, showAnswered, showFinished } from './late-forms.ts';
import { showPrompt } from './prompts.ts';

export interface InteractionPagesDependencies extends SignInDependencies, NameDependencies {
  readonly provider: () => Provider;
  readonly csrfTokens: CsrfTokens;
  readonly clock: Clock;
  /** The public URL's origin. */
  readonly origin: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** Reads all records named by the request's cookies at once. */
  readonly readAhead: (request: IncomingMessage) => Promise<void>;
  /** The answers, as read by this request. */
  readonly answers: SignInAnswers;
  /** The answers, read from the store now. */
  readonly storedAnswers: SignInAnswers;
  readonly finishedApp: FindFinishedApp;
  readonly devices: KnownDevices;
  /** The other protocol whose apps our own pages sign in for. */
  readonly protocol: Pick<ProtocolPages, 'appOf'> | undefined;
}

/** The prompts with forms, by the purpose of the form. All others are forms of a sign-in. */
const PROMPTS_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['consent', ['consent']],
  ['keep-account', ['select_account']],
  ['cancel', ['login', 'select_account', NOT_ASSIGNED, UNMET, 'consent']],
]);
const SIGN_IN_PROMPTS = ['login', 'select_account', NOT_ASSIGNED, UNMET];
/** Those that say why the person cannot go on as they are. */
const DEAD_ENDS = [NOT_ASSIGNED, UNMET];
/** A CSRF token for one form is not valid for another: consent cannot be given when a sign-in is required, or the other way round. */
const csrfPurpose = (prompt: string): string => `interaction ${prompt}`;
/** A form that only shows the sign-in page. */
const OTHER_ACCOUNT = 'other-account';

/** The query of the forms of an interaction that is about a device, which continues elsewhere. */
const OF_DEVICE = 'device';
/** Why oidc-provider asks for a sign-in even if a person is signed in. */
const REAUTHENTICATES = new Set(['login_prompt', 'max_age', STEP_UP, APP_POLICY]);

/** An interaction that has not ended. */
interface Found extends Pick<InteractionCall, 'provider' | 'interaction' | 'client'> {
  readonly answer: SignInAnswer | undefined;
}

/** The result of a form: a page, another server, the page of the next step, or the end of the interaction. */
type Outcome = PageShown | Leaving | 'next' | 'answered';

/** The app that a sign-in is for: the client, unless our own pages sign in for an app of another protocol. */
async function appOf(deps: InteractionPagesDependencies, client: Client, interaction: Interaction): Promise<SignInApp> {
  const { state } = interaction.params;
  const isOurs = client.clientId === OWN_CLIENT_ID && typeof state === 'string';
  const other = isOurs ? await deps.protocol?.appOf(state) : undefined;
  if (other !== undefined) return other;
  const requesting = isOurs ? requestingApp(state) : undefined;
  const asking = requesting === undefined ? undefined : await deps.provider().Client.find(requesting);
  return asking === undefined ? appOfClient(client) : appOfClient(asking);
}

function appOfClient(client: Client): SignInApp {
  const { clientId, clientName = clientId } = client;
  return {
    id: clientId,
    name: clientId === OWN_CLIENT_ID ? undefined : clientName,
    isOpenTo: (accountId) => isClientOpenTo(client, accountId),
    onlyFor: onlyAccountOf(client),
  };
}

/** Under whose brand the person signs in. It depends on what was typed and on the app, never on who exists. */
function brandedAccount(named: string, { onlyFor }: SignInApp): string | undefined {
  return named === '' ? onlyFor : typedAccount(named);
}

async function findPending(deps: InteractionPagesDependencies, uid: string): Promise<InteractionCall['pending']> {
  const pending = await deps.pending.get(uid);
  const person = pending && (await deps.signIn.people.bySubject(pending.subject));
  return pending === undefined || person === undefined || isSignInOver(person, pending, deps.clock.now())
    ? undefined
    : { ...pending, person };
}

async function findInteraction(deps: InteractionPagesDependencies, ctx: Context): Promise<Interaction | undefined> {
  return await deps
    .provider()
    .interactionDetails(ctx.req, ctx.res)
    .catch((error: unknown) => {
      if (isUnavailable(error)) throw error;
      return undefined;
    });
}

async function showEnded(deps: InteractionPagesDependencies, uid: string): Promise<PageShown> {
  const [app, answer] = await Promise.all([deps.finishedApp(uid), deps.answers.of(uid)]);
  if (app !== undefined) return showFinished(app);
  // The request that continues after it has not finished yet.
  if (answer !== undefined) return await showAnswered(deps.signIn, { uid, appName: say('signIn.appInText'), answer });
  throw new ServiceError('ValidationError', ENDED.message);
}

async function find(deps: InteractionPagesDependencies, ctx: Context, uid: string): Promise<Found | PageShown> {
  await deps.readAhead(ctx.req);
  const interaction = await findInteraction(deps, ctx);
  const provider = deps.provider();
  const client = interaction && (await provider.Client.find(String(interaction.params['client_id'])));
  if (interaction === undefined || client === undefined) return await showEnded(deps, uid);
  return { provider, interaction, client, answer: await deps.answers.of(uid) };
}

/** Prepares the request for its steps, or returns the page for one that comes too late. */
async function begin(
  deps: InteractionPagesDependencies,
  ctx: Context,
  uid: string,
): Promise<InteractionCall | PageShown> {
  const begun = deps.clock.now();
  const found = await find(deps, ctx, uid);
  if ('show' in found) return found;
  const { answer, ...begunWith } = found;
  const { interaction, client } = begunWith;
  askForLanguages(ctx.req, interaction.params['ui_locales']);
  const app = await appOf(deps, client, interaction);
  if (answer !== undefined) return await showAnswered(deps.signIn, { uid, appName: app.name, answer });
  const device = deps.devices.idOf(ctx);
  const pending = await findPending(deps, uid);
  const names = knownNames(deps, ctx, { uid, interaction });
  showBrandOf(ctx.req, pending?.person.accountId ?? brandedAccount(names.suggested.account, app));
  return {
    ...begunWith,
    id: uid,
    app,
    ...names,
    askedConnector: parameter(interaction, CONNECTOR_PARAMETER),
    reauthenticate: interaction.prompt.reasons.some((reason) => REAUTHENTICATES.has(reason)),
    asked: askedStrengthOf(interaction.params),
    begun,
    pending,
    target: {
      action: `${INTERACTION_PATH}/${uid}${isOfDevice(interaction) ? `?${OF_DEVICE}=1` : ''}`,
      csrf: deps.csrfTokens.make(uid, csrfPurpose(interaction.prompt.name)),
    },
    chooseAt: `${INTERACTION_PATH}/${uid}?${CHOOSE}=1`,
    source: deps.factsOf(ctx.req),
    device: device ?? deps.devices.newId(),
    isNewDevice: device === undefined,
  };
}

/** The page for a form that came after another one. */
async function showLate(deps: InteractionPagesDependencies, ctx: Context, uid: string): Promise<Outcome> {
  const late = await begin(deps, ctx, uid);
  return 'show' in late ? late : 'next';
}

/** Runs a step of the sign-in. */
async function sign(deps: InteractionPagesDependencies, ctx: Context, uid: string, form: Form): Promise<Outcome> {
  const call = await begin(deps, ctx, uid);
  if ('show' in call) return call;
  const name = form.get('step') ?? '';
  if (name === OTHER_ACCOUNT) return await showDueStep(deps, call);
  const result = await runStep(deps, call, { name, form });
  if (result === undefined) throw new ServiceError('ValidationError', 'The form could not be read.');
  if ('show' in result) {
    // A code works once: submitting the same form twice must not report a wrong code if the first one was right.
    return (await deps.storedAnswers.of(uid)) === undefined ? result : 'next';
  }
  if ('named' in result) {
    deps.typedNames.keep(ctx, { signIn: uid, typed: result.named });
    return 'next';
  }
  deps.devices.keep(ctx, call.device);
  if ('next' in result) return 'next';
  if ('leave' in result) return result;
  const { signedIn, account } = result;
  if (!(await deps.answers.give(uid, { by: name, signedIn }))) return await showLate(deps, ctx, uid);
  deps.devices.vouch(ctx, call.device);
  deps.rememberedAccount.keep(ctx, account);
  deps.typedNames.forget(ctx);
  return 'answered';
}

function respond(ctx: Context, uid: string, outcome: Outcome): void {
  if (typeof outcome === 'string') {
    const resumes = resumePath(uid, { isOfDevice: ctx.query[OF_DEVICE] !== undefined });
    ctx.redirect(outcome === 'next' ? `${INTERACTION_PATH}/${uid}` : `${ISSUER_PATH}${resumes}`);
    // 303, never 307: the browser must not post the password again (RFC 9700 §4.12).
    ctx.status = 303;
    return;
  }
  if ('leave' in outcome) {
    leaveFor(ctx, outcome.leave);
    return;
  }
  ctx.status = outcome.status;
  if (outcome.waitMs !== undefined) ctx.set('Retry-After', String(Math.ceil(outcome.waitMs / 1000)));
  showBrandOf(ctx.req, outcome.accountId);
  showPage(ctx, { title: outcome.title, body: outcome.show });
}

/** Goes to the provider that the app asks for, unless the person comes to choose another way. */
async function goAsAsked(
  deps: InteractionPagesDependencies,
  ctx: Context,
  call: InteractionCall,
): Promise<PageShown | Leaving | undefined> {
  const { name } = call.interaction.prompt;
  if (!SIGN_IN_PROMPTS.includes(name) || DEAD_ENDS.includes(name) || ctx.query[CHOOSE] !== undefined) return undefined;
  const result: StepResult | undefined = await leaveAsAsked(deps, call);
  if (result === undefined || !('leave' in result || 'show' in result)) return undefined;
  if ('leave' in result) deps.devices.keep(ctx, call.device);
  return result;
}

/** Finds the interaction named by the URL. @throws {ServiceError} ValidationError unless it belongs to this browser. */
function uidOf(deps: InteractionPagesDependencies, ctx: Context): string {
  const uid = String(ctx['params']['uid']);
  if (interactionOfCookie(deps.provider(), ctx) !== uid) throw new ServiceError('ValidationError', ENDED.message);
  return uid;
}

/** Reads a form. @throws {ServiceError} AccessDenied unless it comes from a page of this interaction. */
async function readOwnForm(deps: InteractionPagesDependencies, ctx: Context): Promise<Form> {
  const form = parseForm(await readFormText(ctx.req));
  const prompts = PROMPTS_OF.get(form.get('step') ?? '') ?? SIGN_IN_PROMPTS;
  const uid = String(ctx['params']['uid']);
  const isOfPage = prompts.some((prompt) => deps.csrfTokens.check(form.get('csrf'), uid, csrfPurpose(prompt)));
  if (!isSameOriginPost(ctx.req.headers, deps.origin) || !isOfPage) {
    throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
  }
  return form;
}

/** The pages for sign-in and consent. Each interaction has one URL: GET shows its page, and POST answers it. */
export function interactionPages(deps: InteractionPagesDependencies): Router {
  const router = new Router();

  router.get(`${INTERACTION_PATH}/:uid`, async (ctx) => {
    const uid = uidOf(deps, ctx);
    const call = await begin(deps, ctx, uid);
    if ('show' in call) return respond(ctx, uid, call);
    respond(ctx, uid, (await goAsAsked(deps, ctx, call)) ?? (await showPrompt(deps, call)));
  });

  router.get(`${INTERACTION_PATH}/:uid/${CONTINUE}`, async (ctx) => {
    const uid = uidOf(deps, ctx);
    const found = await find(deps, ctx, uid);
    if ('interaction' in found && isOfDevice(found.interaction)) ctx.query = { [OF_DEVICE]: '1' };
    respond(ctx, uid, 'show' in found ? found : found.answer === undefined ? 'next' : 'answered');
  });

  router.post(`${INTERACTION_PATH}/:uid`, async (ctx) => {
    const form = await readOwnForm(deps, ctx);
    const uid = uidOf(deps, ctx);
    const by = form.get('step') ?? '';
    if (!PROMPTS_OF.has(by)) return respond(ctx, uid, await sign(deps, ctx, uid, form));
    deps.typedNames.forget(ctx);
    respond(ctx, uid, (await deps.answers.give(uid, { by })) ? 'answered' : await showLate(deps, ctx, uid));
  });

  return router;
}
