import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { CsrfTokens } from '../../http/csrf.ts';
import type { Html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import { type Page, showPage } from '../../http/page.ts';
import { readForm } from '../../http/read-form.ts';
import { contentSecurityPolicy } from '../../http/security-headers.ts';
import { hasFactor } from '../../identity/credentials/credential-holder.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { BrowserSession, SessionAuthentication } from '../../operations/authentication/session.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';
import { credentialsPage } from './credentials-page.ts';
import type { PagePaths } from './page-links.ts';
import { requestOf } from './request-of.ts';
import { startPage } from './start-page.ts';
import { CREDENTIALS_PATH, START_PATH, STEP_UP } from './start-paths.ts';
import { START_SCRIPT_SOURCE } from './start-script.ts';
import type { StartSources } from './start-sources.ts';

export interface StartRoutesDependencies {
  /** Who is signed in to the browser; `undefined` if nobody is. */
  readonly signedIn: (ctx: Context) => Promise<BrowserSession | undefined>;
  /** Sends the person to the sign-in, and then back to the start page. With a step-up, even if signed in already. */
  readonly beginSignIn: (ctx: Context, stepUp: 'any' | 'phr' | undefined) => void;
  readonly sessions: SessionAuthentication;
  readonly csrfTokens: CsrfTokens;
  /** What the tokens of the page's forms are for; `sessions` expects it. */
  readonly formPurpose: string;
  readonly sources: StartSources;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** Where clients reach the server. */
  readonly publicUrl: string;
  readonly paths: PagePaths;
  /** What tells a person until when they have to add a passkey or security key, if they have to. */
  readonly enrolmentBanner: (person: Person) => Promise<Html | undefined>;
}

/** The longest text that is searched for. */
const MAX_SEARCH = 128;

/** The start page, and the page with the credentials of a role. */
export function startRoutes(deps: StartRoutesDependencies): Router {
  const router = new Router();

  const show = (ctx: Context, page: Omit<Page, 'width'>): void => {
    ctx.set('Content-Security-Policy', contentSecurityPolicy('here', START_SCRIPT_SOURCE));
    showPage(ctx, { ...page, width: 'full' });
  };

  const showStart = async (ctx: Context, at: Found, error?: ServiceError): Promise<void> => {
    const { session, by } = at;
    const { person } = session;
    const search = textOf(ctx.query['q']).trim().slice(0, MAX_SEARCH);
    const after = error === undefined ? textOf(ctx.query['after']) : '';
    const contains = search === '' ? undefined : search;
    const [page, apps, banner] = await Promise.all([
      deps.sources.roles(by, { contains, after: after === '' ? undefined : after }),
      after === '' ? deps.sources.apps(by) : [],
      deps.enrolmentBanner(person),
    ]);
    const wanted = search.toLowerCase();
    if (error !== undefined) ctx.status = 403;
    const body = startPage({
      ...page,
      csrf: deps.csrfTokens.make(session.uid, deps.formPurpose),
      factor: factorOf(session),
      personName: person.name,
      account: person.accountAlias ?? person.accountId,
      apps: apps.filter(({ name }) => name.toLowerCase().includes(wanted)),
      search,
      isFurther: after !== '',
      paths: deps.paths,
      banner,
      error: error && say('start.cannotAssume', { reason: sentence(error.message) }),
      needsPasskey: error?.stepUp?.acr === 'phr',
    });
    const title = say('start.title');
    show(ctx, { title: error === undefined ? title : say('frame.errorTitle', { title }), body });
  };

  router.get(START_PATH, async (ctx) => {
    const session = await deps.signedIn(ctx);
    const stepUp = stepUpOf(ctx.query[STEP_UP]);
    if (session === undefined || stepUp !== undefined) return deps.beginSignIn(ctx, stepUp);
    const by = await deps.sessions.forReading(session, requestOf(deps, ctx));
    return await showStart(ctx, { session, by });
  });

  // Credentials are only given in answer to a form: a link from elsewhere leads to the start page.
  router.get(CREDENTIALS_PATH, (ctx) => {
    ctx.redirect(`${deps.publicUrl}${START_PATH}`);
    ctx.status = 303;
  });

  router.post(CREDENTIALS_PATH, async (ctx) => {
    const session = await deps.signedIn(ctx);
    if (session === undefined) return deps.beginSignIn(ctx, undefined);
    const form = await readForm(ctx.req);
    const by = await deps.sessions.forChange(session, requestOf(deps, ctx), form.get('csrf'));
    const roleArn = form.get('role') ?? '';
    try {
      const credentials = await deps.sources.credentials(by, roleArn);
      const body = credentialsPage({ roleArn, credentials, endpoint: deps.publicUrl, paths: deps.paths });
      return show(ctx, { title: say('start.credentialsTitle'), body, isShownOnce: true });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
      return await showStart(ctx, { session, by }, error);
    }
  });

  return router;
}

/** The link of a role that needs a second factor says `1`. */
function stepUpOf(query: string | string[] | undefined): 'any' | 'phr' | undefined {
  if (query === undefined) return undefined;
  return query === 'phr' ? 'phr' : 'any';
}

/** A provider may ask for a factor that this server does not know. */
function factorOf({ amr, person, origin }: BrowserSession): 'shown' | 'not-shown' | 'none' {
  if (amr.includes('mfa')) return 'shown';
  return hasFactor(person) || origin !== undefined ? 'not-shown' : 'none';
}

interface Found {
  readonly session: BrowserSession;
  readonly by: InvokedBy;
}

/** A repeated parameter counts as absent. */
function textOf(parameter: string | string[] | undefined): string {
  return typeof parameter === 'string' ? parameter : '';
}
