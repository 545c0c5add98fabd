import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { CsrfTokens } from '../../http/csrf.ts';
import type { Html, Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { ProofAges } from '../../identity/connectors/proof-ages.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SessionAuthentication } from '../../operations/authentication/session.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';
import type { BrowserChecks } from '../../sign-in/confirm-browser/confirm-browser.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import type { ProtocolPages } from '../../sign-in/protocol-pages.ts';
import { START_PATH } from '../../sign-in/start/start-paths.ts';
import { mayUseClient } from '../client-access.ts';
import { startOf } from '../clients/app-start.ts';
import { deviceReturn } from '../device-return.ts';
import { UNAVAILABLE } from '../features/unavailable.ts';
import { ACCOUNT_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import type { RecheckRequest } from '../session-holder.ts';
import { accountPage, type SignedInApp } from './account-page.ts';
import type { MailedAddresses } from './mailed-addresses.ts';
import { hasOwnProfile, type OwnProfile } from './own-profile.ts';
import { endOwn, ownSessions } from './own-sessions.ts';
import type { PersonRecords } from './person-records.ts';
import { requestReturn } from './request-return.ts';
import type { ShownSession } from './sessions-section.ts';
import { ACCOUNT_FORMS, browserSessionOf, findSignedIn, readOwnForm, type SignedIn } from './signed-in.ts';
import {
  ACTIVITY_AGAIN,
  appIn,
  BACK_TO_ACTIVITY,
  BACK_TO_EMAIL,
  BACK_TO_FACTORS,
  BACK_TO_LINKS,
  BACK_TO_START,
  EMAIL_AGAIN,
  FACTORS_AGAIN,
  LINKS_AGAIN,
  startSignIn,
} from './start-sign-in.ts';

export interface AccountRoutesDependencies {
  readonly provider: () => Provider;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly proofAges: ProofAges;
  readonly recheck: RecheckRequest;
  readonly records: PersonRecords;
  readonly recordEvent: RecordSignInEvent;
  readonly csrfTokens: CsrfTokens;
  readonly random: Random;
  readonly devices: KnownDevices;
  readonly browsers: BrowserChecks;
  readonly publicUrl: string;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly sessions: SessionAuthentication;
  /** Whether policies and the account's password policy let a person change their own password. */
  readonly mayChangeOwnPassword: OwnPasswordRule;
  readonly describeServer: DescribeServer;
  readonly mayChangeOwnLinks: OwnLinksRule;
  /** Sends and checks the codes that confirm an e-mail address; `undefined` if no mail can be sent. */
  readonly mailedAddresses: MailedAddresses | undefined;
  readonly mayChangeOwnAddress: OwnAddressRule;
  readonly ownProfile: OwnProfile;
  /** How many requests of apps wait for a person's answer; `undefined` if there can be none. */
  readonly pendingRequests: (subject: string) => Promise<number | undefined>;
  /** What tells a person until when they have to add a passkey or security key, if they have to. */
  readonly enrolmentBanner: (person: Person) => Promise<Html | undefined>;
  /** The other protocol whose apps the page signs in for. */
  readonly protocol: Pick<ProtocolPages, 'resumeAt' | 'appsIn'> | undefined;
}

export type OwnPasswordRule = (person: Person, by: InvokedBy) => Promise<boolean>;

/** Whether policies let a person link or unlink a login of this connector themselves. By default they do. */
export type OwnLinksRule = (
  person: Person,
  by: InvokedBy,
  asked: { readonly action: 'rolecall:CreateLink' | 'rolecall:DeleteLink'; readonly connector: string },
) => Promise<boolean>;

/** Whether policies let a person confirm or change their own e-mail address. By default they do. */
export type OwnAddressRule = (person: Person, by: InvokedBy) => Promise<boolean>;

/** Whether the signed-in person may confirm or change their e-mail address here. The root user's is the operator's to change. */
export async function mayChangeAddress(
  { mailedAddresses, mayChangeOwnAddress }: Pick<AccountRoutesDependencies, 'mailedAddresses' | 'mayChangeOwnAddress'>,
  person: Person,
  by: InvokedBy,
): Promise<boolean> {
  return mailedAddresses !== undefined && person.kind === 'user' && (await mayChangeOwnAddress(person, by));
}

/** The server in a few words, for people who may know (`rolecall:GetServerInfo`). */
export type DescribeServer = (by: InvokedBy) => Promise<string | undefined>;

/** The signed-in person as the caller of operations that change nothing. */
export function callerOf(
  { sessions, factsOf }: Pick<AccountRoutesDependencies, 'sessions' | 'factsOf'>,
  ctx: Context,
  found: SignedIn,
): Promise<InvokedBy> {
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
  // Nobody knows the password of a person who signs in with a passkey only.
  if (found.person.password === undefined || found.person.password.isPasswordless === true) return false;
  return await deps.mayChangeOwnPassword(found.person, await callerOf(deps, ctx, found));
}

/** The app that a sign-in of our own was for: where it starts. All such addresses are registered, so this leads nowhere else. */
async function startOfApp(
  { provider }: AccountRoutesDependencies,
  { person }: SignedIn,
  state: unknown,
): Promise<string | undefined> {
  const clientId = typeof state === 'string' ? appIn(state) : undefined;
  const client = clientId === undefined ? undefined : await provider().Client.find(clientId);
  if (client === undefined || !mayUseClient(client, person)) return undefined;
  return startOf(client, { issuer: provider().issuer, accountId: person.accountId });
}

/** The apps of the other protocol, each with the browsers in which it signed the person in. */
async function appsOfSessions(
  { protocol }: Pick<AccountRoutesDependencies, 'protocol'>,
  { subject }: Person,
  sessions: readonly ShownSession[],
): Promise<readonly SignedInApp[]> {
  const found =
    (await protocol?.appsIn(
      subject,
      sessions.map(({ uid }) => uid),
    )) ?? [];
  const browsersOf = (name: string): SignedInApp['browsers'] =>
    sessions
      .filter(({ uid }) => found.some((each) => each.name === name && each.uid === uid))
      .map(({ browser }) => browser);
  return [...new Set(found.map(({ name }) => name))].sort().map((name) => ({ name, browsers: browsersOf(name) }));
}

/** Where a sign-in of our own pages leads, by its state. */
const NEXT_BY_STATE: ReadonlyMap<string, string> = new Map([
  [BACK_TO_EMAIL, EMAIL_AGAIN],
  [BACK_TO_LINKS, LINKS_AGAIN],
  [BACK_TO_FACTORS, FACTORS_AGAIN],
  [BACK_TO_ACTIVITY, ACTIVITY_AGAIN],
  [BACK_TO_START, START_PATH],
]);

/** The page `/sign-in`: signs a person in without an app, and then shows the account page. */
export function accountRoutes(deps: AccountRoutesDependencies): Router {
  const router = new Router();
  const { publicUrl, csrfTokens } = deps;

  const show = async (ctx: Context, found: SignedIn, notice?: string | Text): Promise<void> => {
    const { person, session } = found;
    const by = await callerOf(deps, ctx, found);
    const mayChange = await mayChangePassword(deps, ctx, found);
    const mayChangeEmail = await mayChangeAddress(deps, found.person, by);
    const hasProfile = await hasOwnProfile(deps.ownProfile, person, by);
    const server = await deps.describeServer(by);
    const apps = (await deps.records.apps(person.subject)).filter(({ client }) => client.clientId !== OWN_CLIENT_ID);
    const csrf = csrfTokens.make(session.uid, ACCOUNT_FORMS);
    const sessions = await ownSessions(deps, found);
    const banner = await deps.enrolmentBanner(person);
    const others = await appsOfSessions(deps, person, sessions);
    showPage(ctx, {
      title: say('account.title'),
      width: 'wide',
      body: accountPage({
        csrf,
        person,
        apps,
        others,
        sessions,
        mayChangePassword: mayChange,
        mayChangeEmail,
        hasProfile,
        notice,
        banner,
        server,
        pendingRequests: await deps.pendingRequests(person.subject),
      }),
    });
  };

  router.get(ACCOUNT_PATH, async (ctx) => {
    const { query } = ctx;
    if (query['error'] === 'temporarily_unavailable') throw new ServiceError('ServiceUnavailable', UNAVAILABLE.message);
    if (typeof query['error'] === 'string') {
      throw new ServiceError('AccessDenied', 'You did not sign in. Open the sign-in page to try again.');
    }
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx);
    if (query['code'] === undefined) return show(ctx, found);
    // Returning from the sign-in: drop the code from the URL, so that it does not stay in the browser's history.
    const { state } = query;
    const resumed = typeof state === 'string' ? await deps.protocol?.resumeAt(state) : undefined;
    const next =
      resumed ?? deviceReturn(state) ?? requestReturn(state) ?? NEXT_BY_STATE.get(String(state)) ?? ACCOUNT_PATH;
    ctx.redirect((await startOfApp(deps, found, state)) ?? `${publicUrl}${next}`);
    ctx.status = 303;
  });

  router.post(ACCOUNT_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx);
    const { person, session } = found;
    const form = await readOwnForm(deps, ctx, session);
    const end = form.get('end');
    if (end !== undefined) {
      const notice = await endOwn(deps, found, end);
      await deps.recordEvent({
        name: 'EndSession',
        outcome: 'allowed',
        source: deps.factsOf(ctx.req),
        person,
        method: 'session',
        request: { sessions: end === 'others' ? 'others' : 'one' },
      });
      return show(ctx, found, notice);
    }
    const app = await deps.records.revoke(person.subject, form.get('app') ?? '');
    if (app === undefined) return show(ctx, found, say('account.alreadyRevoked'));
    await deps.recordEvent({
      name: 'RevokeConsent',
      outcome: 'allowed',
      source: deps.factsOf(ctx.req),
      person,
      clientId: app.client.clientId,
      method: 'session',
    });
    return show(ctx, found, say('account.revoked', { app: app.client.clientName ?? app.client.clientId }));
  });

  return router;
}
