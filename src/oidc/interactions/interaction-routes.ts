import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import { isUnavailable } from '../../http/error-page.ts';
import { renderPage } from '../../http/page.ts';
import { readForm } from '../../http/read-form.ts';
import { contentSecurityPolicy, formTarget } from '../../http/security-headers.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { ENDED } from '../features/error-page.ts';
import { INTERACTION_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import type { RequestFacts } from '../sign-in-events.ts';
import { cancelStep, consentStep, showConsent } from './consent-steps.ts';
import type { Interaction, InteractionCall, InteractionDependencies, Step, StepResult } from './interaction-step.ts';
import { SIGN_IN_STEPS, showSignInStep } from './sign-in-steps.ts';

export interface InteractionRoutesDependencies extends InteractionDependencies {
  readonly provider: () => Provider;
  readonly csrfTokens: CsrfTokens;
  /** The public URL's origin. */
  readonly origin: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
}

/** Which forms each prompt of oidc-provider takes: consent cannot be given where a sign-in is asked for. */
const STEPS = new Map<string, ReadonlyMap<string, Step>>([
  ['login', new Map(Object.entries({ ...SIGN_IN_STEPS, cancel: cancelStep }))],
  ['consent', new Map(Object.entries({ consent: consentStep, cancel: cancelStep }))],
]);

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

/** The pages on which people sign in and consent: one address an interaction, shown by GET, gone on with by POST. */
export function interactionRoutes(deps: InteractionRoutesDependencies): Router {
  const router = new Router();

  const begin = async (ctx: Context, uid: string): Promise<InteractionCall> => {
    const provider = deps.provider();
    const interaction = await findInteraction(provider, ctx, uid);
    const client = await provider.Client.find(String(interaction.params['client_id']));
    if (client === undefined) throw new ServiceError('ValidationError', ENDED.message);
    return {
      provider,
      interaction,
      client,
      clientName: client.clientId === OWN_CLIENT_ID ? undefined : (client.clientName ?? client.clientId),
      pending: await deps.pending.get(uid),
      csrf: deps.csrfTokens.make(uid, CSRF_PURPOSE),
      source: deps.factsOf(ctx.req),
    };
  };

  const answer = async (ctx: Context, call: InteractionCall, result: StepResult): Promise<void> => {
    const { redirect_uri: redirectUri } = call.interaction.params;
    ctx.set(
      'Content-Security-Policy',
      contentSecurityPolicy(formTarget(typeof redirectUri === 'string' ? redirectUri : undefined)),
    );
    if ('show' in result) {
      ctx.status = result.status;
      ctx.type = 'html';
      ctx.body = renderPage({ title: result.title, body: result.show });
      return;
    }
    // 303, never 307: the password must not be posted on (RFC 9700 §4.12).
    ctx.redirect(
      'next' in result
        ? `${INTERACTION_PATH}/${call.interaction.uid}`
        : await call.provider.interactionResult(ctx.req, ctx.res, result.finish),
    );
    ctx.status = 303;
  };

  router.get(`${INTERACTION_PATH}/:uid`, async (ctx) => {
    const call = await begin(ctx, String(ctx['params']['uid']));
    const show = call.interaction.prompt.name === 'login' ? showSignInStep : showConsent;
    await answer(ctx, call, await show(deps, call));
  });

  router.post(`${INTERACTION_PATH}/:uid`, async (ctx) => {
    const uid = String(ctx['params']['uid']);
    const call = await begin(ctx, uid);
    const form = await readForm(ctx.req);
    if (
      !isSameOriginPost(ctx.req.headers, deps.origin) ||
      !deps.csrfTokens.check(form.get('csrf'), uid, CSRF_PURPOSE)
    ) {
      throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
    }
    const step = STEPS.get(call.interaction.prompt.name)?.get(form.get('step') ?? '');
    if (step === undefined) throw new ServiceError('ValidationError', 'The form could not be read.');
    await answer(ctx, call, await step(deps, call, form));
  });

  return router;
}
