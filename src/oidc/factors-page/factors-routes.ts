import Router from '@koa/router';
import type { Context } from 'koa';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { PasskeyFactor } from '../../identity/credentials/credential-holder.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { CONFIRM_FIELDS } from '../../sign-in/confirm-browser/confirm-browser-page.ts';
import { callerOf } from '../account-page/account-routes.ts';
import { confirmHere, standingHere } from '../account-page/confirm-here.ts';
import { isFreshSignIn } from '../account-page/fresh-sign-in.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from '../account-page/signed-in.ts';
import { AGAIN, BACK_TO_FACTORS, startSignIn } from '../account-page/start-sign-in.ts';
import { ACCOUNT_PATH, FACTORS_PATH } from '../own-client.ts';
import type { ActCall, ActResult, FactorAct, FactorsRoutesDependencies } from './factor-act.ts';
import { FACTOR_ACTS } from './factor-acts.ts';
import { factorForm } from './factor-form.ts';
import { factorsPage } from './factors-page.ts';
import type { OwnFactorAction } from './own-factors-rule.ts';
import { orTooMany } from './too-many-factors.ts';

const AGAIN_NOTICE = say('factors.again');
const FORBIDDEN = say('factors.mayNotChange');

/** The page `/sign-in/factors`, on which signed-in people see and change their second factors and recovery codes. */
export function factorsRoutes(deps: FactorsRoutesDependencies): Router {
  const router = new Router();

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const show = async (ctx: Context, found: SignedIn, notice?: Text, removed?: PasskeyFactor): Promise<void> => {
    const [mayAdd, mayRemove] = await Promise.all(
      (['iam:EnableMFADevice', 'iam:DeactivateMFADevice'] as const).map((action) =>
        mayDo(deps, ctx, { found, action }),
      ),
    );
    const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
    const page = {
      csrf,
      person: found.person,
      mayAdd: mayAdd ?? false,
      mayRemove: mayRemove ?? false,
      notice,
      banner: await deps.enrolmentBanner(found.person),
      rpId: deps.passkeys.rpId,
      removed,
    };
    showPage(ctx, { title: say('factors.title'), width: 'wide', body: factorsPage(page) });
  };

  router.get(FACTORS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    return await show(ctx, found, ctx.query[AGAIN] === undefined ? undefined : AGAIN_NOTICE);
  });

  router.post(FACTORS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    const form = await readOwnForm(deps, ctx, found.session);
    const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
    const act = FACTOR_ACTS.get(form.get('do') ?? '');
    if (act === undefined) return await show(ctx, found);
    const isFresh = () => !act.needsProof || isFreshSignIn(deps, found);
    const again = () => startSignIn(deps, ctx, { prompt: 'login', state: BACK_TO_FACTORS });
    // A mail takes its time, so its code is taken even if the sign-in is no longer fresh.
    if (!isFresh() && form.get(CONFIRM_FIELDS.code) === undefined) return again();
    if (act.action !== undefined && !(await mayDo(deps, ctx, { found, action: act.action }))) {
      await recordRefused(deps, ctx, { found, act, errorCode: 'AccessDenied' });
      ctx.status = 403;
      return await show(ctx, found, FORBIDDEN);
    }
    if (!(await isConfirmed(deps, { ctx, found, form, csrf }, act))) return;
    if (!isFresh()) return again();
    if (act.needsProof && (await deps.mustShowPasskey(ctx, found))) {
      await recordRefused(deps, ctx, { found, act, errorCode: 'passkey-required' });
      return startSignIn(deps, ctx, { prompt: 'login', acr_values: 'phr', state: BACK_TO_FACTORS });
    }
    const call = { ctx, found, form, csrf, standing: await standingHere(deps, ctx, found) };
    const run = () => orTooMany(call, () => runRecorded(deps, act, call));
    const result = await deps.records.sparing(found.session.uid, run);
    ctx.status = result.status ?? 200;
    if ('notice' in result) {
      return result.found === undefined ? toAccount(ctx) : await show(ctx, result.found, result.notice, result.removed);
    }
    const { title, page: body, isShownOnce = false } = result;
    showPage(ctx, { title, body, isShownOnce });
  });

  return router;
}

/** Whether the person may add a factor in this browser. If not, the page that asks for a mailed code is shown. */
async function isConfirmed(
  deps: FactorsRoutesDependencies,
  { ctx, found, form, csrf }: Omit<ActCall, 'standing'>,
  { begunBy }: FactorAct,
): Promise<boolean> {
  if (begunBy === undefined || (await standingHere(deps, ctx, found)) !== 'unconfirmed') return true;
  return await confirmHere(deps, ctx, { found, form }, (content) => factorForm({ csrf, act: begunBy }, content));
}

async function recordRefused(
  deps: FactorsRoutesDependencies,
  ctx: Context,
  { found: { person }, act, errorCode }: { found: SignedIn; act: FactorAct; errorCode: string },
): Promise<void> {
  const refused = { outcome: 'refused', errorCode, method: 'session' } as const;
  await deps.recordEvent({ ...refused, name: act.event, source: deps.factsOf(ctx.req), person });
}

/** Runs what a form asks for, and records a refusal, such as `AccessDenied` if the login has ended meanwhile. @throws {ServiceError} */
async function runRecorded(deps: FactorsRoutesDependencies, act: FactorAct, call: ActCall): Promise<ActResult> {
  try {
    return await act.run(deps, call);
  } catch (error) {
    if (error instanceof ServiceError && error.fault === 'Sender') {
      await recordRefused(deps, call.ctx, { found: call.found, act, errorCode: error.code });
    }
    throw error;
  }
}

async function mayDo(
  deps: FactorsRoutesDependencies,
  ctx: Context,
  { found, action }: { readonly found: SignedIn; readonly action: OwnFactorAction },
): Promise<boolean> {
  return await deps.mayChangeOwnFactors(found.person, await callerOf(deps, ctx, found), action);
}
