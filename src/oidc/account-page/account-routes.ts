import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Session } from 'oidc-provider';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import { renderPage } from '../../http/page.ts';
import { readForm } from '../../http/read-form.ts';
import type { People, Person } from '../../identity/sign-in/people.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { ACCOUNT_PATH, ISSUER_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import type { RecordSignInEvent, RequestFacts } from '../sign-in-events.ts';
import { accountPage } from './account-page.ts';
import type { PersonRecords } from './person-records.ts';

export interface AccountRoutesDependencies {
  readonly provider: () => Provider;
  readonly people: People;
  readonly records: PersonRecords;
  readonly recordEvent: RecordSignInEvent;
  readonly csrfTokens: CsrfTokens;
  readonly random: Random;
  readonly publicUrl: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
}

const CSRF_PURPOSE = 'account';

interface SignedIn {
  readonly person: Person;
  readonly session: Session;
}

/** The page `/sign-in`: where a person signs in without any app, and then sees what is theirs. */
export function accountRoutes(deps: AccountRoutesDependencies): Router {
  const router = new Router();
  const { publicUrl, csrfTokens } = deps;

  const signedIn = async (ctx: Context): Promise<SignedIn | undefined> => {
    const provider = deps.provider();
    const session = await provider.Session.get(provider.createContext(ctx.req, ctx.res) as never);
    if (session.accountId === undefined) return undefined;
    const person = await deps.people.bySubject(session.accountId);
    const isRevoked = (session.loginTs ?? 0) * 1000 < (person?.sessionsRevokedBefore ?? 0);
    return person === undefined || isRevoked ? undefined : { person, session };
  };

  /** Sends the person through the same sign-in as an app does. The code that comes back is not needed: the session is. */
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

  const show = async (ctx: Context, { person, session }: SignedIn, notice?: string): Promise<void> => {
    const apps = (await deps.records.apps(person.subject)).filter(({ client }) => client.clientId !== OWN_CLIENT_ID);
    const csrf = csrfTokens.make(session.uid, CSRF_PURPOSE);
    ctx.type = 'html';
    ctx.body = renderPage({ title: 'Your account', wide: true, body: accountPage({ csrf, person, apps, notice }) });
  };

  router.get(ACCOUNT_PATH, async (ctx) => {
    const { query } = ctx;
    if (typeof query['error'] === 'string') {
      throw new ServiceError('AccessDenied', 'You did not sign in. Open the sign-in page to try again.');
    }
    const found = await signedIn(ctx);
    if (found === undefined) return startSignIn(ctx);
    if (query['code'] === undefined) return show(ctx, found);
    // Back from the sign-in: the address without the code, which must not stay in the history.
    ctx.redirect(`${publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  });

  router.post(ACCOUNT_PATH, async (ctx) => {
    const found = await signedIn(ctx);
    if (found === undefined) return startSignIn(ctx);
    const { person, session } = found;
    const form = await readForm(ctx.req);
    const isOurs = csrfTokens.check(form.get('csrf'), session.uid, CSRF_PURPOSE);
    if (!isOurs || !isSameOriginPost(ctx.req.headers, new URL(publicUrl).origin)) {
      throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
    }
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
