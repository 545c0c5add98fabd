import Router from '@koa/router';
import type { Context } from 'koa';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { Form } from '../../http/read-form.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { Link } from '../../identity/documents/link.ts';
import { hasOtherWay, unlinkLogin } from '../../identity/links/link-login.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { asksForReference, connectorMessage, connectorStatus } from '../../sign-in/connectors/connector-messages.ts';
import { leaveFor } from '../../sign-in/connectors/leave-for.ts';
import { tooManyFailures } from '../../sign-in/pages/describe-wait.ts';
import type { ConnectorStarts, Leaving } from '../../sign-in/sign-in-step.ts';
import { ACCOUNT_PATH, LINKS_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { type AccountRoutesDependencies, callerOf } from './account-routes.ts';
import { confirmHere, standingHere } from './confirm-here.ts';
import { isFreshSignIn } from './fresh-sign-in.ts';
import { type LinkPasswordPage, linkPasswordPage } from './link-password-page.ts';
import { linkForm, linksPage } from './links-page.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from './signed-in.ts';
import { AGAIN, BACK_TO_LINKS, startSignIn } from './start-sign-in.ts';

export interface LinksRoutesDependencies extends AccountRoutesDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly connectors: Pick<Connectors, 'enabled'>;
  readonly starts: Pick<ConnectorStarts, 'begin' | 'linkByPassword' | 'refused' | 'takesPassword'>;
}

const NOTICES = {
  again: say('account.linkAgain'),
  lastWay: say('account.lastWay'),
  linked: say('account.linked'),
  unlinked: say('account.unlinked'),
  gone: say('account.linkGone'),
  unknown: say('account.linkUnknown'),
  forbidden: say('account.forbidden'),
} as const;

/** A result of a form: what the page says, a page that asks for a password, or another server to which the browser goes. */
type Outcome =
  | { readonly notice: string | Text; readonly status?: number }
  | { readonly ask: Omit<LinkPasswordPage, 'csrf'>; readonly status?: number; readonly waitMs?: number | undefined }
  | Leaving;

/** The page `/sign-in/links`, on which signed-in users link and unlink outside logins. */
export function linksRoutes(deps: LinksRoutesDependencies): Router {
  const router = new Router();

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const show = async (ctx: Context, found: SignedIn, notice?: string | Text): Promise<void> => {
    const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
    const all = await connectorsFor(deps, found);
    const links = (await linksOf(deps, found)).map(shownLink(all));
    showPage(ctx, { title: say('account.linkedLogins'), body: linksPage({ csrf, links, connectors: all, notice }) });
  };

  const ask = (ctx: Context, found: SignedIn, { ask, waitMs }: Extract<Outcome, { readonly ask: object }>): void => {
    const title = say('account.linkWith', { provider: ask.connector.displayName });
    const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
    if (waitMs !== undefined) ctx.set('Retry-After', String(Math.ceil(waitMs / 1000)));
    showPage(ctx, {
      title: ask.error === undefined ? title : say('frame.errorTitle', { title }),
      body: linkPasswordPage({ csrf, ...ask }),
    });
  };

  router.get(LINKS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined || found.person.kind === 'root') return toAccount(ctx);
    return await show(ctx, found, ctx.query[AGAIN] === undefined ? undefined : NOTICES.again);
  });

  router.post(LINKS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined || found.person.kind === 'root') return toAccount(ctx);
    const form = await readOwnForm(deps, ctx, found.session);
    if (!isFreshSignIn(deps, found)) return startSignIn(deps, ctx, { prompt: 'login', state: BACK_TO_LINKS });
    const unlink = form.get('unlink');
    if (unlink === undefined && !(await isConfirmed(deps, ctx, { found, form }))) return;
    const outcome =
      unlink === undefined
        ? await beginLinking(deps, ctx, { found, form })
        : await unlinkOwn(deps, ctx, { found, id: unlink });
    if ('leave' in outcome) return leaveFor(ctx, outcome.leave);
    const still = await findSignedIn(deps, ctx);
    if (still === undefined) return toAccount(ctx);
    ctx.status = outcome.status ?? 200;
    if ('ask' in outcome) return ask(ctx, still, outcome);
    return await show(ctx, still, outcome.notice);
  });

  return router;
}

/** Whether the person may link a login in this browser: it would be a way in. If not, the page that asks for a mailed code is shown. */
async function isConfirmed(
  deps: LinksRoutesDependencies,
  ctx: Context,
  { found, form }: { readonly found: SignedIn; readonly form: Form },
): Promise<boolean> {
  if ((await standingHere(deps, ctx, found)) !== 'unconfirmed') return true;
  const csrf = deps.csrfTokens.make(found.session.uid, ACCOUNT_FORMS);
  return await confirmHere(deps, ctx, { found, form }, (content) => linkForm(csrf, form.get('link') ?? '', content));
}

async function connectorsFor(
  { connectors }: LinksRoutesDependencies,
  { person }: SignedIn,
): Promise<readonly Connector[]> {
  return (await connectors.enabled()).filter(({ accountId }) => accountId === person.accountId);
}

async function linksOf({ store }: LinksRoutesDependencies, { person }: SignedIn): Promise<readonly Link[]> {
  return (await store.users.get([person.accountId, person.subject]))?.links ?? [];
}

function shownLink(connectors: readonly Connector[]) {
  return ({ id, connector, subject, displayName, email, createdAt }: Link) => ({
    id,
    provider: connectors.find(({ name }) => name === connector)?.displayName ?? connector,
    name: email ?? displayName ?? subject,
    since: createdAt,
  });
}

/**
 * Sends the browser to the provider, where the person signs in again, or takes the password that they have there: only that proves that the
 * login is theirs.
 */
async function beginLinking(
  deps: LinksRoutesDependencies,
  ctx: Context,
  { found, form }: { readonly found: SignedIn; readonly form: Form },
): Promise<Outcome> {
  const { person, session } = found;
  const name = form.get('link') ?? '';
  const connector = (await connectorsFor(deps, found)).find((each) => each.name === name);
  if (connector === undefined) return { notice: NOTICES.unknown, status: 400 };
  const by = await callerOf(deps, ctx, found);
  if (!(await deps.mayChangeOwnLinks(person, by, { action: 'rolecall:CreateLink', connector: name }))) {
    return { notice: NOTICES.forbidden, status: 403 };
  }
  if (deps.starts.takesPassword(connector)) return await linkTyped(deps, ctx, { found, form, connector });
  const device = deps.devices.idOf(ctx) ?? deps.devices.newId();
  const app = { id: OWN_CLIENT_ID };
  try {
    const linking = { subject: person.subject, session: session.uid };
    // Attempts are counted for each session.
    const call = { id: `link ${session.uid}`, app, device, reauthenticate: true, linking };
    const leave = await deps.starts.begin(call, connector, undefined);
    deps.devices.keep(ctx, device);
    return { leave };
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    await deps.starts.refused({ app, source: deps.factsOf(ctx.req) }, connector, error);
    return { notice: connectorMessage(error, connector.displayName), status: 502 };
  }
}

async function linkTyped(
  deps: LinksRoutesDependencies,
  ctx: Context,
  { found, form, connector }: { readonly found: SignedIn; readonly form: Form; readonly connector: Connector },
): Promise<Outcome> {
  const [name, password] = [(form.get('name') ?? '').trim(), form.get('password')];
  if (password === undefined) return { ask: { connector, name } };
  const { person, session } = found;
  const source = deps.factsOf(ctx.req);
  const device = deps.devices.idOf(ctx);
  const stillMayLink = async (): Promise<boolean> => {
    const now = await findSignedIn(deps, ctx);
    if (now?.session.uid !== session.uid || now.person.subject !== person.subject) return false;
    const asked = { action: 'rolecall:CreateLink', connector: connector.name } as const;
    return await deps.mayChangeOwnLinks(now.person, await callerOf(deps, ctx, now), asked);
  };
  const origin = { ip: source.ip, ...(device !== undefined && { device }) };
  const call = { app: { id: OWN_CLIENT_ID }, source, origin, person, stillMayLink };
  const outcome = await deps.starts.linkByPassword(call, connector, { name, password });
  if ('linked' in outcome) return { notice: NOTICES.linked };
  const { refused, waitMs } = outcome;
  const message = waitMs === undefined ? connectorMessage(refused, connector.displayName) : tooManyFailures(waitMs);
  const needsReference = waitMs === undefined && asksForReference(refused);
  const error = needsReference ? say('frame.withReference', { message, id: source.requestId }) : message;
  return { ask: { connector, name, error }, status: connectorStatus(refused), waitMs };
}

async function unlinkOwn(
  deps: LinksRoutesDependencies,
  ctx: Context,
  { found, id }: { readonly found: SignedIn; readonly id: string },
): Promise<Outcome> {
  const { person } = found;
  const user = await deps.store.users.get([person.accountId, person.subject]);
  const link = user?.links?.find((each) => each.id === id);
  if (user === undefined || link === undefined) return { notice: NOTICES.gone };
  const by = await callerOf(deps, ctx, found);
  const asked = { action: 'rolecall:DeleteLink', connector: link.connector } as const;
  if (!(await deps.mayChangeOwnLinks(person, by, asked))) return { notice: NOTICES.forbidden, status: 403 };
  const connectors = await connectorsFor(deps, found);
  const removed = await unlinkLogin(deps.store, { user, id }, (current) => hasOtherWay(current, id, connectors));
  if (removed === undefined) throw new ServiceError('AccessDenied', 'You are signed out. Sign in again.');
  const isRefused = removed === 'last-way';
  await deps.recordEvent({
    name: 'UnlinkLogin',
    outcome: isRefused ? 'refused' : 'allowed',
    source: deps.factsOf(ctx.req),
    person,
    method: 'session',
    errorCode: isRefused ? 'last-way' : undefined,
    request: { connector: link.connector, subject: link.subject },
  });
  return isRefused ? { notice: NOTICES.lastWay, status: 409 } : { notice: NOTICES.unlinked };
}
