import Router from '@koa/router';
import type { Context } from 'koa';
import { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import { showPage } from '../../http/page.ts';
import type { Form } from '../../http/read-form.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignInName } from '../../identity/sign-in/sign-in.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { tooManyFailures } from '../../sign-in/pages/describe-wait.ts';
import { renewSession } from '../library/browser-session.ts';
import { ACCOUNT_PATH, PASSWORD_PATH } from '../own-client.ts';
import { type AccountRoutesDependencies, mayChangePassword } from './account-routes.ts';
import { passwordPage } from './password-page.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from './signed-in.ts';

/** @throws {ServiceError} AccessDenied if this person may not change the password here. */
async function requireAllowed(deps: AccountRoutesDependencies, ctx: Context, found: SignedIn): Promise<void> {
  if (!(await mayChangePassword(deps, ctx, found))) {
    throw new ServiceError(
      'AccessDenied',
      'Your account does not let you change your password here. Ask your administrator.',
    );
  }
}

function nameOf({ kind, accountId, name, email }: Person): SignInName {
  return kind === 'root' ? { email: email ?? '' } : { account: accountId, userName: name };
}

/** Changes the password. Returns the changed person, or an error message for the page. */
async function change(
  deps: AccountRoutesDependencies,
  ctx: Context,
  person: Person,
  form: Form,
): Promise<Person | Text> {
  const newPassword = form.get('newPassword') ?? '';
  if (newPassword !== form.get('repeated')) return say('signIn.passwordsDiffer');
  const source = deps.factsOf(ctx.req);
  const shown = await deps.signIn.checkPassword({
    name: nameOf(person),
    password: form.get('current') ?? '',
    ip: source.ip,
    device: deps.devices.idOf(ctx),
  });
  const event = { name: 'ChangePassword', source, person, method: 'session' } as const;
  if (shown.outcome === 'refused') {
    await deps.recordEvent({ ...event, outcome: 'refused', errorCode: shown.reason });
    return shown.reason === 'throttled' ? tooManyFailures(shown.waitMs) : say('account.wrongPassword');
  }
  try {
    // In the login of this session: if that has ended since, the change is refused, so that it does not revive the session.
    const inThisLogin = { ...shown.person, loginGeneration: person.loginGeneration };
    const changed = await deps.signIn.changePassword(inThisLogin, newPassword);
    await deps.recordEvent({ ...event, outcome: 'allowed' });
    return changed;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    await deps.recordEvent({ ...event, outcome: 'refused', errorCode: error.code, errorMessage: error.message });
    return sentence(`${error.message}.`);
  }
}

/** Changes the password and ends all other sessions. Returns an error message for the page if the new password is not acceptable. */
async function changeAndContinue(
  deps: AccountRoutesDependencies,
  ctx: Context,
  { person, session }: SignedIn,
  form: Form,
): Promise<Text | undefined> {
  const changed = await change(deps, ctx, person, form);
  if (changed instanceof Text) return changed;
  // This session goes on. Its sign-in is as old as before: no second factor was shown for the change.
  Object.assign(session, { loginGeneration: changed.loginGeneration });
  await renewSession(deps.provider(), ctx, session);
  await deps.records.endOtherSessions(person.subject, session.uid);
  return undefined;
}

/** The page `/sign-in/password`, for signed-in users. */
export function passwordRoutes(deps: AccountRoutesDependencies): Router {
  const router = new Router();

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const show = (ctx: Context, { person, session }: SignedIn, error?: Text): void => {
    const csrf = deps.csrfTokens.make(session.uid, ACCOUNT_FORMS);
    ctx.status = error === undefined ? 200 : 400;
    const title = say('account.changePassword');
    showPage(ctx, {
      title: error === undefined ? title : say('frame.errorTitle', { title }),
      body: passwordPage({ csrf, person, error }),
    });
  };

  router.get(PASSWORD_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    await requireAllowed(deps, ctx, found);
    return show(ctx, found);
  });

  router.post(PASSWORD_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    const form = await readOwnForm(deps, ctx, found.session);
    await requireAllowed(deps, ctx, found);
    const refused = await deps.records.sparing(found.session.uid, () => changeAndContinue(deps, ctx, found, form));
    return refused === undefined ? toAccount(ctx) : show(ctx, found, refused);
  });

  return router;
}
