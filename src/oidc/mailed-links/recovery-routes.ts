import Router from '@koa/router';
import type { Context } from 'koa';
import { isSameOriginPost } from '../../http/csrf.ts';
import { showErrorPage } from '../../http/error-page.ts';
import type { Html, Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import { showPage } from '../../http/page.ts';
import { type Form, readForm } from '../../http/read-form.ts';
import {
  type BeginDependencies,
  countRecovery,
  mailRecovery,
  RECOVERY_PATH,
} from '../../identity/recovery/begin-recovery.ts';
import type { OpenRecovery, RecoveryLinks } from '../../identity/recovery/recovery-links.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { typedCode } from '../../sign-in/codes/typed-code.ts';
import type { BrowserChecks } from '../../sign-in/confirm-browser/confirm-browser.ts';
import type { RequestFacts, SignInEvent } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import { tooManyFailures } from '../../sign-in/pages/describe-wait.ts';
import type { SignInNames } from '../../sign-in/sign-in-names.ts';
import { personNamed } from '../../sign-in/steps/named-person.ts';
import { failedCheck, refusalText } from '../../sign-in/steps/step-outcome.ts';
import { confirmReader } from './confirm-reader.ts';
import type { InvitationRoutesDependencies } from './invitation-routes.ts';
import {
  beginRecoveryPage,
  begunRecoveryPage,
  newPasswordPage,
  recoveredPage,
  recoveryFactorPage,
} from './recovery-pages.ts';

interface RecoveryRoutesDependencies extends Omit<InvitationRoutesDependencies, 'invitations'>, BeginDependencies {
  readonly links: RecoveryLinks;
  readonly signIn: SignIn;
  readonly names: SignInNames;
  readonly devices: KnownDevices;
  readonly browsers: Pick<BrowserChecks, 'confirm'>;
  /** Does work that nobody waits for. */
  readonly inBackground: (work: () => Promise<void>) => void;
}

const TITLE = say('recovery.title');

/** Why a page is shown again. */
interface Refused {
  readonly status: number;
  readonly message: Text;
}

const FACTOR_AGAIN: Refused = { status: 400, message: say('recovery.factorAgain') };

/** The pages by which a person who has forgotten the password gets a new one. Opening a link changes nothing. */
export function recoveryRoutes(deps: RecoveryRoutesDependencies): Router {
  const { links, publicUrl, startLimit, requestIdOf, observe, factsOf } = deps;
  const { origin } = new URL(publicUrl);
  const router = new Router();

  const show = (
    ctx: Context,
    body: Html,
    { error, status = 400 }: { error?: Text | undefined; status?: number } = {},
  ) => {
    ctx.status = error === undefined ? 200 : status;
    showPage(ctx, { title: error === undefined ? TITLE : say('frame.errorTitle', { title: TITLE }), body });
  };
  const showClosed = (ctx: Context): void => {
    observe('recovery-refused');
    ctx.status = 404;
    showErrorPage(ctx, {
      title: say('mailedLinks.linkClosed'),
      message: say('recovery.closedWhy'),
      requestId: requestIdOf(ctx.req),
    });
  };
  /** What the link shows before a factor is shown: the question for it, or the new password if there is none. */
  const showLink = (ctx: Context, token: string, { person, needsFactor }: OpenRecovery, refused?: Refused): void => {
    const { message: error, status } = refused ?? {};
    const shown = { error, ...(status !== undefined && { status }) };
    if (!needsFactor) {
      show(ctx, newPasswordPage({ person, proof: '', error }), shown);
      return;
    }
    const passkey = deps.signIn.askForPasskey({ signIn: boundTo(token), holder: person });
    const action = `${RECOVERY_PATH}/${token}`;
    show(ctx, recoveryFactorPage({ person, action, passkey, error }), shown);
  };
  const formOf = async (ctx: Context): Promise<Form> => {
    if (!isSameOriginPost(ctx.req.headers, origin))
      throw new ServiceError('AccessDenied', 'The form does not come from our page. Open the link again.');
    return await readForm(ctx.req);
  };

  router.get(RECOVERY_PATH, async (ctx) => {
    if (startLimit(ctx)) show(ctx, beginRecoveryPage(!(await deps.names.hasOneAccount())));
  });

  router.post(RECOVERY_PATH, async (ctx) => {
    if (!startLimit(ctx)) return;
    const form = await formOf(ctx);
    const typed = { account: (form.get('account') ?? '').trim(), name: (form.get('name') ?? '').trim() };
    const source = factsOf(ctx.req);
    const waitMs = await countRecovery(deps.ephemeral, source.ip);
    if (waitMs !== undefined) {
      ctx.set('Retry-After', String(Math.ceil(waitMs / 1000)));
      const error = tooManyFailures(waitMs);
      return show(ctx, beginRecoveryPage(!(await deps.names.hasOneAccount()), error), { error, status: 429 });
    }
    // After the answer, so that neither its text nor its time depends on who exists (S25).
    deps.inBackground(() => mailIfKnown(deps, typed, source));
    show(ctx, begunRecoveryPage());
  });

  router.get(`${RECOVERY_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    const token = ctx.params['token'] ?? '';
    const open = await links.find(token);
    if (open === undefined) showClosed(ctx);
    else showLink(ctx, token, open);
  });

  router.post(`${RECOVERY_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    const token = ctx.params['token'] ?? '';
    const form = await formOf(ctx);
    const open = await links.find(token);
    if (open === undefined) return showClosed(ctx);
    const { person, needsFactor } = open;
    if (form.get('newPassword') === undefined) {
      if (!needsFactor) return showLink(ctx, token, open);
      const refused = await checkFactor(deps, ctx, { token, open, form });
      if (refused !== undefined) return showLink(ctx, token, open, refused);
      return show(ctx, newPasswordPage({ person, proof: await links.proven(token) }));
    }
    const [newPassword, proof] = [form.get('newPassword') ?? '', form.get('proof') ?? ''];
    const again = (error: Text) => show(ctx, newPasswordPage({ person, proof, error }), { error });
    if (newPassword !== form.get('repeated')) return again(say('signIn.passwordsDiffer'));
    try {
      const { outcome } = await links.finish(token, { newPassword, proof });
      await record(deps, factsOf(ctx.req), { person, outcome });
      if (outcome === 'closed') return showClosed(ctx);
      if (outcome === 'unproven') return showLink(ctx, token, open, FACTOR_AGAIN);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
      await record(deps, factsOf(ctx.req), { person, outcome: error.code });
      return again(sentence(`${error.message}.`));
    }
    await confirmReader(deps, ctx, person);
    observe('recovery-done');
    showPage(ctx, { title: say('recovery.done'), body: recoveredPage(person), isShownOnce: true });
  });

  return router;
}

/** What factors are shown for: this link, which no sign-in can be mistaken for. */
const boundTo = (token: string): string => `recovery ${hashedId(token)}`;

async function mailIfKnown(
  deps: RecoveryRoutesDependencies,
  typed: { readonly account: string; readonly name: string },
  source: RequestFacts,
): Promise<void> {
  const person = await personNamed(deps, typed);
  if (person === undefined) return;
  const mailed = await mailRecovery(deps, person);
  deps.observe('recovery-begun');
  const event = { name: 'BeginRecovery', source, person, method: 'mail', outcome: 'allowed' } as const;
  await deps.recordEvent({ ...event, request: { mailed } });
}

/** Checks the second factor as a sign-in does, with its limits. @returns why it was refused. */
async function checkFactor(
  { signIn, devices, factsOf, recordEvent }: RecoveryRoutesDependencies,
  ctx: Context,
  { token, open: { person }, form }: { token: string; open: OpenRecovery; form: Form },
): Promise<Refused | undefined> {
  const source = factsOf(ctx.req);
  const { subject } = person;
  const origin = { ip: source.ip, device: devices.idOf(ctx) };
  const credential = form.get('credential');
  const result =
    credential === undefined
      ? await signIn.checkMfa({ subject, code: typedCode(form, 'code'), ...origin })
      : await signIn.checkPasskey({
          ...{ signIn: boundTo(token), subject, credential, token: form.get('token') ?? '' },
          ...origin,
        });
  const event = { name: 'RecoverPassword', source, person, method: 'mfa' } as const;
  if (result.outcome === 'passed') {
    if (result.recoveryCodesLeft !== undefined)
      await recordEvent({
        ...{ ...event, name: 'UseRecoveryCode', method: 'recovery-code', outcome: 'allowed' },
        request: { left: result.recoveryCodesLeft },
      });
    return undefined;
  }
  await recordEvent({
    ...{ ...event, outcome: 'refused', errorCode: result.reason },
    ...(result.reason === 'passkey' && failedCheck(result.fault)),
  });
  return result.reason === 'credentials' ? { status: 400, message: say('recovery.wrongCode') } : refusalText(result);
}

async function record(
  { recordEvent }: RecoveryRoutesDependencies,
  source: RequestFacts,
  { person, outcome }: Pick<OpenRecovery, 'person'> & { readonly outcome: string },
): Promise<void> {
  const event: SignInEvent = { name: 'RecoverPassword', source, person, method: 'link', outcome: 'allowed' };
  await recordEvent(outcome === 'recovered' ? event : { ...event, outcome: 'refused', errorCode: outcome });
}
