import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { CsrfTokens } from '../../http/csrf.ts';
import { renderPage } from '../../http/page.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SessionAuthentication } from '../../operations/authentication/session.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import { UNAVAILABLE } from '../features/unavailable.ts';
import { ACCOUNT_PATH, ISSUER_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { accountPage } from './account-page.ts';
import type { PersonRecords } from './person-records.ts';
import { ACCOUNT_FORMS, browserSessionOf, findSignedIn, readOwnForm, type SignedIn } from './signed-in.ts';

export interface AccountRoutesDependencies {
  readonly provider: () => Provider;
  readonly signIn: SignIn;
  readonly records: PersonRecords;
  readonly recordEvent: RecordSignInEvent;
  readonly csrfTokens: CsrfTokens;
  readonly random: Random;
  readonly devices: KnownDevices;
  readonly publicUrl: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly sessions: SessionAuthentication;
  /** Whether policies and the account's password policy let a person change their own password. */
  readonly mayChangeOwnPassword: OwnPasswordRule;
  readonly describeServer: DescribeServer;
}

export type OwnPasswordRule = (person: Person, by: InvokedBy) => Promise<boolean>;

/** The server in a few words, for people who may know (`rolecall:GetServerInfo`). */
export type DescribeServer = (by: InvokedBy) => Promise<string | undefined>;

/** The signed-in person as the caller of operations that change nothing. */
function readerOf({ sessions, factsOf }: AccountRoutesDependencies, ctx: Context, found: SignedIn): Promise<InvokedBy> {
  const { requestId, ip } = factsOf(ctx.req);
  return sessions.forReading(browserSessionOf(found), { requestId, ip, headers: ctx.req.headers });
}

/** Whether the signed-in person may change their password here. */
export async function mayChangePassword(
  deps: AccountRoutesDependencies,
  ctx: Context,
  found: SignedIn,
): Promise<boolean> {
  // Someone who signs in through a connector only changes the password at the provider.
  if (found.person.password === undefined) return false;
  return await deps.mayChangeOwnPassword(found.person, await readerOf(deps, ctx, found));
}

/** The page `/sign-in`: signs a person in without an app, and then shows the account page. */
export function accountRoutes(deps: AccountRoutesDependencies): Router {
  const router = new Router();
  const { publicUrl, csrfTokens } = deps;

  /** Sends the person through the same sign-in as an app does. Only the resulting session is needed, not the code. */
  const startSignIn = (ctx: Context): void => {
    const url = new URL(`${publicUrl}${ISSUER_PATH}/auth`);
    url.search = new URLSearchParams({
      client_id: OWN_CLIENT_ID,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${publicUrl}${ACCOUNT_PATH}`,
      code_challenge: deps.random.bytes(32).toString('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    ctx.redirect(url.href);
    ctx.status = 303;
  };

  const show = async (ctx: Context, found: SignedIn, notice?: string): Promise<void> => {
    const { person, session } = found;
    const by = await readerOf(deps, ctx, found);
    const mayChange = person.password !== undefined && (await deps.mayChangeOwnPassword(person, by));
    const server = await deps.describeServer(by);
    const apps = (await deps.records.apps(person.subject)).filter(({ client }) => client.clientId !== OWN_CLIENT_ID);
    const csrf = csrfTokens.make(session.uid, ACCOUNT_FORMS);
    ctx.type = 'html';
    ctx.body = renderPage({
      title: 'Your account',
      wide: true,
      body: accountPage({ csrf, person, apps, mayChangePassword: mayChange, notice, server }),
    });
  };

  router.get(ACCOUNT_PATH, async (ctx) => {
    const { query } = ctx;
    if (query['error'] === 'temporarily_unavailable') throw new ServiceError('ServiceUnavailable', UNAVAILABLE.message);
    if (typeof query['error'] === 'string') {
      throw new ServiceError('AccessDenied', 'You did not sign in. Open the sign-in page to try again.');
    }
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(ctx);
    if (query['code'] === undefined) return show(ctx, found);
    // Returning from the sign-in: drop the code from the URL, so that it does not stay in the browser's history.
    ctx.redirect(`${publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  });

  router.post(ACCOUNT_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(ctx);
    const { person, session } = found;
    const form = await readOwnForm(deps, ctx, session);
    const app = await deps.records.revoke(person.subject, form.get('app') ?? '');
    if (app === undefined) return show(ctx, found, 'This access was taken back already.');
    await deps.recordEvent({
      name: 'RevokeConsent',
      outcome: 'allowed',
      source: deps.factsOf(ctx.req),
      person,
      clientId: app.client.clientId,
      method: 'session',
    });
    return show(ctx, found, `${app.client.clientName ?? app.client.clientId} has no access any more.`);
  });

  return router;
}
