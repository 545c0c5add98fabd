import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { showBrandOf } from '../../http/page-brand.ts';
import { type Form, parseForm, readForm } from '../../http/read-form.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';
import type { StartLimit } from '../start-limit.ts';
import type { consoleEvents } from './console-events.ts';
import { askPage, principalName, sessionPage, signedOutPage } from './console-pages.ts';
import type { ConsoleSessions } from './console-sessions.ts';
import { currentPrincipal } from './current-principal.ts';
import { type DestinationsDependencies, readDestination } from './destinations.ts';
import { FEDERATION_PATH, SESSION_PATH } from './federation-paths.ts';
import { readSessionDuration } from './session-duration.ts';
import type { FederatedLogin, SignInTokens } from './sign-in-tokens.ts';
import { readTemporaryCredentials, type TemporaryCredentialsDependencies } from './temporary-credentials.ts';

export interface FederationRoutesDependencies extends TemporaryCredentialsDependencies, DestinationsDependencies {
  readonly tokens: SignInTokens;
  readonly sessions: ConsoleSessions;
  readonly record: ReturnType<typeof consoleEvents>;
  readonly csrfTokens: CsrfTokens;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** For requests of anyone, each of which is recorded, and may store something. */
  readonly startLimit: StartLimit;
  /** Called with how each request ended: `token-issued`, `signed-in`, `signed-out`, or the code of the error. */
  readonly observe: (outcome: string) => void;
  /** The name of the person who is signed in to the browser in the usual way; `undefined` if nobody is. */
  readonly personIn: (ctx: Context) => Promise<string | undefined>;
}

const PURPOSE = 'console federation';
const LONGEST_TOKEN = 128;

/**
 * AWS's federation endpoint: a broker exchanges temporary credentials for a sign-in token, and the person's browser exchanges that for a
 * session. Parameters come in the query, as in AWS, or in a form, which keeps them out of the logs of proxies. They are recorded nowhere.
 */
export function federationRoutes(deps: FederationRoutesDependencies): Router {
  const router = new Router();

  const handle = async (ctx: Context, form: Form, isPost: boolean): Promise<void> => {
    try {
      switch (form.get('Action')) {
        case 'getSigninToken':
          return await getSigninToken(deps, ctx, form);
        case 'login':
          return await login(deps, ctx, form, isPost);
        default:
          throw new ServiceError('ValidationError', 'Action must be getSigninToken or login.');
      }
    } catch (error) {
      if (error instanceof ServiceError) deps.observe(error.code);
      throw error;
    }
  };
  router.get(FEDERATION_PATH, async (ctx) => {
    // A link preview must not use up the token.
    if (ctx.method === 'HEAD') ctx.status = 204;
    else if (deps.startLimit(ctx)) await handle(ctx, parseForm(ctx.querystring), false);
  });
  router.post(FEDERATION_PATH, async (ctx) => {
    if (deps.startLimit(ctx)) await handle(ctx, await readForm(ctx.req), true);
  });

  router.get(SESSION_PATH, async (ctx) => {
    const session = await deps.sessions.find(ctx);
    if (session === undefined) return show(ctx, say('consoleFederation.notSignedIn'), signedOutPage());
    const { caller, expiresAt, uid } = session;
    showBrandOf(ctx.req, caller.accountId);
    show(
      ctx,
      say('consoleFederation.signedIn'),
      sessionPage({ caller, expiresAt, csrf: deps.csrfTokens.make(uid, PURPOSE) }),
    );
  });
  router.post(SESSION_PATH, async (ctx) => {
    const form = await readForm(ctx.req);
    const session = await deps.sessions.find(ctx);
    if (session !== undefined) {
      if (!isOwnForm(deps, ctx, form, session.uid))
        throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
      await deps.record({ name: 'ConsoleLogout', source: deps.factsOf(ctx.req), caller: session.caller });
      await deps.sessions.end(ctx);
      deps.observe('signed-out');
    }
    goOn(ctx, `${deps.publicUrl}${SESSION_PATH}`);
  });
  return router;
}

function show(ctx: Context, title: Text, body: Parameters<typeof showPage>[1]['body']): void {
  showPage(ctx, { title, body });
}

async function getSigninToken(deps: FederationRoutesDependencies, ctx: Context, form: Form): Promise<void> {
  const source = deps.factsOf(ctx.req);
  const name = 'GetSigninToken';
  try {
    const type = form.get('SessionType');
    if (type !== undefined && type !== 'json') throw new ServiceError('ValidationError', 'SessionType must be json.');
    const session = await readTemporaryCredentials(deps, form.get('Session'));
    const { accessKeyId, sessionToken, caller } = session;
    const seconds = readSessionDuration(form.get('SessionDuration'), session);
    const expiresAt = seconds === undefined ? caller.session.expiresAt : deps.clock.now() + seconds * 1000;
    await deps.record({ name, source, caller });
    ctx.body = { SigninToken: await deps.tokens.issue({ accessKeyId, sessionToken, expiresAt }) };
    deps.observe('token-issued');
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    await deps.record({ name, source, error });
    deps.observe(error.code);
    ctx.status = error.status;
    ctx.body = { error: error.code, message: error.message };
  }
}

const SPENT =
  'This link was used already, or is older than 15 minutes. Go back to where you got it, and follow a new one.';

async function login(deps: FederationRoutesDependencies, ctx: Context, form: Form, isPost: boolean): Promise<void> {
  requireNavigation(ctx);
  const token = (form.get('SigninToken') ?? '').slice(0, LONGEST_TOKEN);
  if (token === '')
    throw new ServiceError('ValidationError', 'SigninToken is missing: get one by Action=getSigninToken.');
  const pending = await deps.tokens.peek(token);
  const caller = pending && (await currentPrincipal(deps, pending));
  if (pending === undefined || caller === undefined) throw await refuse(deps, ctx);
  const destination = await readDestination(deps, form.get('Destination'), caller.accountId);
  const fields = {
    Action: 'login',
    SigninToken: token,
    ...(destination !== undefined && { Destination: destination }),
  };
  const present = await presentIn(deps, ctx, pending);
  const boundTo = hashedId(`${token} ${present?.uid}`);
  if (isPost && (present === undefined || !isOwnForm(deps, ctx, form, boundTo))) {
    // Browsers send no cookies with a form of another site, so only a request by GET shows whom it would replace.
    return goOn(ctx, `${deps.publicUrl}${FEDERATION_PATH}?${new URLSearchParams(fields)}`);
  }
  if (!isPost && present !== undefined) {
    const csrf = deps.csrfTokens.make(boundTo, PURPOSE);
    const [issuer, name] = [form.get('Issuer'), present.name];
    const body = askPage({ principal: caller, present: name, fields: { ...fields, csrf }, issuer });
    return show(ctx, say('consoleFederation.continueAsOther'), body);
  }
  const taken = await deps.tokens.take(token);
  if (taken === undefined) throw await refuse(deps, ctx);
  await deps.record({ name: 'ConsoleLogin', source: deps.factsOf(ctx.req), caller });
  await deps.sessions.begin(ctx, taken);
  deps.observe('signed-in');
  goOn(ctx, destination ?? `${deps.publicUrl}${SESSION_PATH}`);
}

function goOn(ctx: Context, url: string): void {
  ctx.redirect(url);
  ctx.status = 303;
}

async function refuse({ record, factsOf }: FederationRoutesDependencies, ctx: Context): Promise<ServiceError> {
  const error = new ServiceError('AccessDenied', SPENT);
  await record({ name: 'ConsoleLogin', source: factsOf(ctx.req), error });
  return error;
}

/** Who is signed in to the browser, if that is not whom the link is for. */
async function presentIn(
  deps: FederationRoutesDependencies,
  ctx: Context,
  { accessKeyId }: FederatedLogin,
): Promise<{ readonly name: string; readonly uid: string } | undefined> {
  const session = await deps.sessions.find(ctx);
  if (session !== undefined) {
    if (session.caller.accessKeyId === accessKeyId) return undefined;
    return { name: principalName(session.caller), uid: session.uid };
  }
  const person = await deps.personIn(ctx);
  return person === undefined ? undefined : { name: person, uid: `person ${person}` };
}

/** A frame, an image or a script of another page, or a browser that fetches ahead, must not use up the token, or sign the browser in. */
function requireNavigation({ headers }: Context): void {
  const { 'sec-fetch-dest': destination = 'document', 'sec-purpose': purpose = '' } = headers;
  if (destination === 'document' && !String(purpose).includes('prefetch')) return;
  throw new ServiceError('AccessDenied', 'Open this link in a window of its own.');
}

function isOwnForm(
  { csrfTokens, publicUrl }: FederationRoutesDependencies,
  ctx: Context,
  form: Form,
  boundTo: string,
): boolean {
  const isOwn = isSameOriginPost(ctx.req.headers, new URL(publicUrl).origin);
  return isOwn && csrfTokens.check(form.get('csrf'), boundTo, PURPOSE);
}
