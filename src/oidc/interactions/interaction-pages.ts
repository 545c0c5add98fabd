import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import { type ErrorLog, errorPages, isUnavailable } from '../../http/error-page.ts';
import { renderPage } from '../../http/page.ts';
import { parseForm, readFormText } from '../../http/read-form.ts';
import { isSignInOver } from '../../identity/credentials/people.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import type { PageShown, SignInApp, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { isOpenTo } from '../account-claims.ts';
import { ENDED } from '../features/error-page.ts';
import { interactionOfCookie, resumeHere } from '../library/interaction-cookie.ts';
import { INTERACTION_PATH, INTERACTION_ROUTE, OWN_CLIENT_ID } from '../own-client.ts';
import type { RequestStore } from '../storage/request-store.ts';
import type { Interaction, InteractionCall } from './interaction-step.ts';
import { promptOf, runForm } from './prompts.ts';
import { openRepeatedForms } from './repeated-forms.ts';

export interface InteractionPagesDependencies extends SignInDependencies {
  readonly csrfTokens: CsrfTokens;
  readonly clock: Clock;
  /** The public URL's origin. */
  readonly origin: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly logError: ErrorLog;
  readonly requests: RequestStore;
  readonly devices: KnownDevices;
  readonly sealer: Sealer;
  readonly random: Random;
}

const CSRF_PURPOSE = 'interaction';

/** The interaction of the address, if this browser has its cookie. @throws {ServiceError} ValidationError otherwise. */
async function findInteraction(provider: Provider, ctx: Context, uid: string): Promise<Interaction> {
  const found = await provider
    .interactionDetails(ctx.req as IncomingMessage, ctx.res as ServerResponse)
    .catch((cause: unknown) => {
      throw isUnavailable(cause) ? cause : new ServiceError('ValidationError', ENDED.message, { cause });
    });
  if (found.uid !== uid) throw new ServiceError('ValidationError', ENDED.message);
  return found;
}

function appOf(client: Client): SignInApp {
  const { clientId, clientName = clientId } = client;
  return {
    id: clientId,
    name: clientId === OWN_CLIENT_ID ? undefined : clientName,
    isOpenTo: (accountId) => isOpenTo(client, accountId),
  };
}

/**
 * The pages on which people sign in and consent: one address an interaction, shown by GET, gone on with by POST. They stand before
 * oidc-provider in its own Koa application, and hand over to it what is finished.
 */
export function interactionPages(provider: Provider, deps: InteractionPagesDependencies): Middleware {
  const router = new Router();
  const repeated = openRepeatedForms({
    ...deps,
    interactionOf: (ctx) => interactionOfCookie(provider, ctx.cookies),
  });

  const findPending = async (uid: string): Promise<InteractionCall['pending']> => {
    const pending = await deps.pending.get(uid);
    const person = pending && (await deps.signIn.people.bySubject(pending.subject));
    return pending === undefined || person === undefined || isSignInOver(person, pending)
      ? undefined
      : { ...pending, person };
  };

  const begin = async (ctx: Context, uid: string): Promise<InteractionCall> => {
    const begun = deps.clock.now();
    const interaction = await findInteraction(provider, ctx, uid);
    const client = await provider.Client.find(String(interaction.params['client_id']));
    if (client === undefined) throw new ServiceError('ValidationError', ENDED.message);
    const device = deps.devices.idOf(ctx);
    const hint = interaction.params['login_hint'];
    return {
      provider,
      interaction,
      client,
      id: uid,
      app: appOf(client),
      hint: typeof hint === 'string' ? hint : undefined,
      begun,
      pending: await findPending(uid),
      target: { action: `${INTERACTION_PATH}/${uid}`, csrf: deps.csrfTokens.make(uid, CSRF_PURPOSE) },
      source: deps.factsOf(ctx.req),
      device: device ?? deps.devices.newId(),
      isNewDevice: device === undefined,
    };
  };

  const answer = (ctx: Context, call: InteractionCall, result: PageShown | { next: true }): void => {
    if ('show' in result) {
      ctx.status = result.status;
      if (result.waitMs !== undefined) ctx.set('Retry-After', String(Math.ceil(result.waitMs / 1000)));
      ctx.type = 'html';
      ctx.body = renderPage({ title: result.title, body: result.show });
      return;
    }
    // 303, never 307: the password must not be posted on (RFC 9700 §4.12).
    ctx.redirect(`${INTERACTION_PATH}/${call.interaction.uid}`);
    ctx.status = 303;
  };

  router.get(`${INTERACTION_ROUTE}/:uid`, async (ctx) => {
    const call = await begin(ctx, String(ctx['params']['uid']));
    answer(ctx, call, await promptOf(call).page(deps, call));
  });

  router.post(`${INTERACTION_ROUTE}/:uid`, async (ctx, next) => {
    const uid = String(ctx['params']['uid']);
    const sent = { interaction: uid, text: await readFormText(ctx.req) };
    const form = parseForm(sent.text);
    if (
      !isSameOriginPost(ctx.req.headers, deps.origin) ||
      !deps.csrfTokens.check(form.get('csrf'), uid, CSRF_PURPOSE)
    ) {
      throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
    }
    if (await repeated.answer(ctx, sent)) return;
    const call = await begin(ctx, uid);
    const result = await runForm(deps, call, form);
    if (!('show' in result) && promptOf(call).signsIn) deps.devices.keep(ctx, call.device);
    if (!('finish' in result)) return answer(ctx, call, result);
    // Whoever signs in has chosen an account by that.
    const chosen = call.interaction.prompt.name === 'select_account' && { select_account: {} };
    await provider.interactionResult(ctx.req, ctx.res, { ...chosen, ...result.finish });
    resumeHere(ctx, uid);
    await next();
    await repeated.leave(ctx, sent);
  });

  const pages = router.routes() as unknown as Middleware;
  const withErrors = errorPages(deps.logError) as Middleware;
  return (ctx, next) => {
    if (!ctx.path.startsWith(`${INTERACTION_ROUTE}/`)) return next();
    ctx.state['requestId'] = deps.factsOf(ctx.req).requestId;
    return withErrors(ctx, () => pages(ctx, next));
  };
}
