import Router from '@koa/router';
import type { Context } from 'koa';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { Form } from '../../http/read-form.ts';
import { foldEmail } from '../../identity/credentials/people.ts';
import type { BrowserStanding } from '../../identity/own-browsers/browser-standing.ts';
import { isMailAddress } from '../../kernel/mail-address.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { typedCode } from '../../sign-in/codes/typed-code.ts';
import { CODE_REFUSALS, tooManyMails } from '../../sign-in/confirm-browser/confirm-browser.ts';
import { CONFIRM_FIELDS } from '../../sign-in/confirm-browser/confirm-browser-page.ts';
import { ACCOUNT_PATH, EMAIL_PATH } from '../own-client.ts';
import { type AccountRoutesDependencies, callerOf, mayChangeAddress } from './account-routes.ts';
import { confirmHere, standingHere } from './confirm-here.ts';
import { ADDRESS_CODE, addressCodePage, emailForm, emailPage } from './email-page.ts';
import { isFreshSignIn } from './fresh-sign-in.ts';
import type { MailedAddresses } from './mailed-addresses.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from './signed-in.ts';
import { AGAIN, BACK_TO_EMAIL, startSignIn } from './start-sign-in.ts';

const TITLE = say('mailedCodes.title');
const AGAIN_NOTICE = say('mailedCodes.again');

/** What a form comes to: the address with a notice or an error, or the page that asks for the code. */
interface Outcome {
  readonly asksCode?: boolean;
  readonly notice?: Text;
  readonly error?: Text;
  readonly status?: number;
  readonly waitMs?: number;
}

/** One form of a person who may change the address. */
interface Changing {
  readonly addresses: MailedAddresses;
  readonly found: SignedIn;
  readonly form: Form;
  readonly email: string;
}

/** The page `/sign-in/email`, on which signed-in users confirm or change their e-mail address. */
export function emailRoutes(deps: AccountRoutesDependencies): Router {
  const router = new Router();

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const show = (ctx: Context, { person, session }: SignedIn, shown: Outcome & { readonly email?: string }): void => {
    const { asksCode = false, notice, error, email, status = 200, waitMs } = shown;
    const csrf = deps.csrfTokens.make(session.uid, ACCOUNT_FORMS);
    ctx.status = status;
    if (waitMs !== undefined) ctx.set('Retry-After', String(Math.ceil(waitMs / 1000)));
    showPage(ctx, {
      title: error === undefined ? TITLE : say('frame.errorTitle', { title: TITLE }),
      body: asksCode ? addressCodePage({ csrf, email, error }) : emailPage({ csrf, person, email, notice, error }),
    });
  };

  router.get(EMAIL_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined || !(await isAllowed(deps, ctx, found))) return toAccount(ctx);
    return show(ctx, found, ctx.query[AGAIN] === undefined ? {} : { notice: AGAIN_NOTICE });
  });

  router.post(EMAIL_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    const { mailedAddresses: addresses } = deps;
    if (found === undefined || addresses === undefined || found.person.kind === 'root') return toAccount(ctx);
    const form = await readOwnForm(deps, ctx, found.session);
    // A mail takes its time. Codes are only mailed to fresh sign-ins, and are worth nothing in another session.
    const isCode = [ADDRESS_CODE, CONFIRM_FIELDS.code].some((field) => form.get(field) !== undefined);
    const again = () => startSignIn(deps, ctx, { prompt: 'login', state: BACK_TO_EMAIL });
    if (!isCode && !isFreshSignIn(deps, found)) return again();
    if (!(await isAllowed(deps, ctx, found))) {
      await record(deps, ctx, found, 'AccessDenied');
      throw new ServiceError(
        'AccessDenied',
        'Your account does not let you change your e-mail address here. Ask your administrator.',
      );
    }
    const email = foldEmail(form.get('email') ?? '');
    const problem = problemWith(found, email);
    if (problem !== undefined) return show(ctx, found, { email, ...problem });
    // An address is a way in, by recovery: the former one must agree if the password alone may have led here.
    if ((await standingHere(deps, ctx, found)) === 'unconfirmed') {
      const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
      if (!(await confirmHere(deps, ctx, { found, form }, (content) => emailForm(csrf, content, email)))) return;
    }
    const changing: Changing = { addresses, found, form, email };
    if (form.get(ADDRESS_CODE) === undefined) {
      if (!isFreshSignIn(deps, found)) return again();
      return show(ctx, found, { email, ...(await sendCode(deps, ctx, changing)) });
    }
    const standing = await standingHere(deps, ctx, found);
    const outcome = await confirm(deps, ctx, { ...changing, standing });
    const still = await findSignedIn(deps, ctx);
    if (still === undefined) return toAccount(ctx);
    return show(ctx, still, { ...outcome, ...(outcome.error !== undefined && { email }) });
  });

  return router;
}

async function isAllowed(deps: AccountRoutesDependencies, ctx: Context, found: SignedIn): Promise<boolean> {
  return await mayChangeAddress(deps, found.person, await callerOf(deps, ctx, found));
}

function problemWith({ person }: SignedIn, email: string): Outcome | undefined {
  if (!isMailAddress(email)) return { status: 400, error: say('mailedCodes.notAnAddress') };
  if (person.isEmailVerified && foldEmail(person.email ?? '') === email)
    return { notice: say('mailedCodes.alreadyConfirmed') };
  return undefined;
}

async function sendCode(
  { factsOf, devices, recordEvent }: AccountRoutesDependencies,
  ctx: Context,
  { addresses, found: { person, session }, email }: Changing,
): Promise<Outcome> {
  const source = factsOf(ctx.req);
  const waitMs = await addresses.send({ person, session: session.uid, source, device: devices.idOf(ctx), email });
  await recordEvent({
    ...{ name: 'SendEmailCode', source, person, method: 'session' },
    ...(waitMs === undefined ? { outcome: 'allowed' } : { outcome: 'refused', errorCode: 'throttled' }),
    request: { purpose: 'address' },
  });
  return waitMs === undefined ? { asksCode: true } : { status: 429, waitMs, error: tooManyMails(waitMs) };
}

async function confirm(
  deps: AccountRoutesDependencies,
  ctx: Context,
  { addresses, found, form, email, standing }: Changing & { readonly standing: BrowserStanding },
): Promise<Outcome> {
  const { person, session } = found;
  const call = { person, session: session.uid, source: deps.factsOf(ctx.req), device: deps.devices.idOf(ctx), email };
  const result = await addresses.confirm(call, typedCode(form, ADDRESS_CODE));
  const isChanged = result === 'changed';
  await record(deps, ctx, found, isChanged ? { email, browser: standing } : result);
  if (isChanged) deps.browsers.added(person, standing, 'address');
  switch (result) {
    case 'changed':
      return { notice: say('mailedCodes.changed', { address: email }) };
    case 'wrong':
      return { asksCode: true, status: 400, error: CODE_REFUSALS.wrong };
    case 'taken':
      return { status: 409, error: say('mailedCodes.taken') };
    default:
      return { status: 400, error: CODE_REFUSALS.void };
  }
}

async function record(
  { factsOf, recordEvent }: AccountRoutesDependencies,
  ctx: Context,
  { person }: SignedIn,
  outcome: string | { readonly email: string; readonly browser: BrowserStanding },
): Promise<void> {
  await recordEvent({
    name: 'ChangeEmailAddress',
    ...(typeof outcome === 'string'
      ? { outcome: 'refused', errorCode: outcome }
      : { outcome: 'allowed', request: outcome }),
    source: factsOf(ctx.req),
    person,
    method: 'session',
  });
}
