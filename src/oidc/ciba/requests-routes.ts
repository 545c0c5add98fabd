import Router from '@koa/router';
import type { Context } from 'koa';
import type { Client } from 'oidc-provider';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { AccountRoutesDependencies } from '../account-page/account-routes.ts';
import { requestState } from '../account-page/request-return.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from '../account-page/signed-in.ts';
import { startSignIn } from '../account-page/start-sign-in.ts';
import type { ActivitySources } from '../activity-page/activity-routes.ts';
import { requestedAccess } from '../device/requested-access.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { type BackchannelRequest, findBackchannelRequest } from '../library/requests/backchannel-requests.ts';
import { REQUESTS_PATH } from '../own-client.ts';
import { allowRequest, denyRequest } from './answer-request.ts';
import type { CibaEvents } from './ciba-events.ts';
import type { MutedApps } from './muted-apps.ts';
import type { PendingRequests } from './pending-requests.ts';
import type { Pings } from './pings.ts';
import { type RequestStanding, requestStanding } from './request-standing.ts';
import { requestPage, requestsPage, type ShownRequest } from './requests-page.ts';

/** What the pages for requests need of the flow. */
export interface RequestsOfPeople {
  readonly library: OidcProviderLibrary;
  readonly pending: PendingRequests;
  readonly muted: MutedApps;
  readonly events: CibaEvents;
  readonly pings: Pings;
  readonly mayOpen: BrowserSignIns['mayOpen'];
}

type Dependencies = RequestsOfPeople & {
  readonly activity: Pick<ActivitySources, 'countryOf'>;
} & Pick<
    AccountRoutesDependencies,
    'provider' | 'signIn' | 'clock' | 'proofAges' | 'recheck' | 'random' | 'publicUrl' | 'csrfTokens' | 'factsOf'
  >;

/** A request that can be answered. */
interface OpenRequest {
  readonly id: string;
  readonly client: Client;
  readonly request: BackchannelRequest;
}

/** The pages `/sign-in/requests`, on which signed-in people answer what apps ask by the back channel. */
export function requestsRoutes(deps: Dependencies): Router {
  const router = new Router();

  const showList = async (ctx: Context, { person, session }: SignedIn, notice?: Text): Promise<void> => {
    const [open, muted] = await Promise.all([openRequests(deps, person.subject), deps.muted.of(person.subject)]);
    const body = requestsPage({
      csrf: deps.csrfTokens.make(session.uid, ACCOUNT_FORMS),
      requests: open.map((each) => shownRequest(deps, each)),
      muted: await Promise.all(
        muted.map(async (app) => ({ ...app, appName: nameOf(await find(deps, app.clientId), app.clientId) })),
      ),
      notice,
    });
    showPage(ctx, { title: say('requests.title'), width: 'wide', body });
  };
  const showGone = async (ctx: Context, found: SignedIn): Promise<void> => {
    ctx.status = 404;
    await showList(ctx, found, say('requests.gone'));
  };
  const showOne = (ctx: Context, { person, session }: SignedIn, open: OpenRequest, standing: RequestStanding): void => {
    showPage(ctx, {
      title: say('requests.one'),
      body: requestPage({
        ...shownRequest(deps, open),
        ...requestedAccess(open.client, open.request),
        csrf: deps.csrfTokens.make(session.uid, ACCOUNT_FORMS),
        personName: person.name,
        accountName: person.accountAlias ?? person.accountId,
        standing,
      }),
    });
  };

  router.get(REQUESTS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx, { state: requestState() });
    await showList(ctx, found);
  });

  router.post(REQUESTS_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx, { state: requestState() });
    const { person, session } = found;
    const clientId = (await readOwnForm(deps, ctx, session)).get('unmute') ?? '';
    const apps = await deps.muted.of(person.subject);
    // Only what is in the list gets on record, not any text that a form may bring.
    if (!apps.some((app) => app.clientId === clientId)) return await showList(ctx, found);
    await deps.muted.unmute(person.subject, clientId);
    await deps.events.muted(deps.factsOf(ctx.req), person, { clientId, isMuted: false });
    await showList(ctx, found, say('requests.unmuted'));
  });

  router.get(`${REQUESTS_PATH}/:id`, async (ctx) => {
    const id = idIn(ctx);
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx, { state: requestState(id) });
    const open = await findOpen(deps, found.person.subject, id);
    if (open === undefined) return await showGone(ctx, found);
    const standing = await requestStanding(deps, ctx, { found, ...open });
    if (ctx.query['sign-in'] === undefined || standing.kind !== 'sign-in') return showOne(ctx, found, open, standing);
    const { strength } = standing;
    startSignIn(deps, ctx, {
      state: requestState(open.id, open.client.clientId),
      prompt: 'login',
      ...(strength !== undefined && { acr_values: strength }),
    });
  });

  router.post(`${REQUESTS_PATH}/:id`, async (ctx) => {
    const id = idIn(ctx);
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return startSignIn(deps, ctx, { state: requestState(id) });
    const { person, session } = found;
    const answer = (await readOwnForm(deps, ctx, session)).get('answer');
    const open = await findOpen(deps, person.subject, id);
    if (open === undefined) return await showGone(ctx, found);
    const answering = { found, ...open };
    const isAllowed = answer === 'allow';
    if (isAllowed) {
      const standing = await requestStanding(deps, ctx, answering);
      if (standing.kind !== 'ready') return showOne(ctx, found, open, standing);
    }
    const isFirst = await (isAllowed ? allowRequest(deps, answering) : denyRequest(deps, answering));
    // Signed out in another tab.
    if (isFirst === undefined) return startSignIn(deps, ctx, { state: requestState(id) });
    await deps.pending.remove(person.subject, open.id);
    if (!isFirst) return await showGone(ctx, found);
    const source = deps.factsOf(ctx.req);
    await deps.events.answered(source, isAllowed ? 'allowed' : 'denied', { person, request: open.request });
    if (answer === 'mute') {
      const { clientId } = open.client;
      await deps.muted.mute(person.subject, clientId);
      await deps.events.muted(source, person, { clientId, isMuted: true });
    }
    deps.pings.send(open.request);
    const app = nameOf(open.client, open.client.clientId);
    await showList(ctx, found, isAllowed ? say('requests.allowed', { app }) : say('requests.denied', { app }));
  });

  return router;
}

function idIn(ctx: Context): string {
  return String((ctx as Context & { readonly params: { readonly id?: string } }).params.id ?? '');
}

const find = ({ provider }: Dependencies, clientId: string): Promise<Client | undefined> =>
  provider().Client.find(clientId);

const nameOf = (client: Client | undefined, clientId: string): string =>
  client?.clientName ?? client?.clientId ?? clientId;

function shownRequest({ activity }: Dependencies, { id, client, request }: OpenRequest): ShownRequest {
  const { params, iat, requestedFrom = '' } = request;
  const message = params['binding_message'];
  return {
    id,
    clientId: client.clientId,
    appName: nameOf(client, client.clientId),
    bindingMessage: typeof message === 'string' ? message : undefined,
    requestedAt: iat * 1000,
    requestedFrom,
    country: activity.countryOf(requestedFrom),
  };
}

async function openRequests(deps: Dependencies, subject: string): Promise<readonly OpenRequest[]> {
  const pending = await deps.pending.of(subject);
  const found = await Promise.all(
    pending.map(async ({ id, authReqId, clientId }): Promise<OpenRequest | undefined> => {
      const [client, request] = await Promise.all([
        find(deps, clientId),
        findBackchannelRequest(deps.provider(), authReqId),
      ]);
      if (client === undefined || request === undefined || request.isExpired) return undefined;
      const isAnswered = request.grantId !== undefined || request.error !== undefined;
      return isAnswered ? undefined : { id, client, request };
    }),
  );
  return found.filter((each) => each !== undefined);
}

async function findOpen(deps: Dependencies, subject: string, id: string): Promise<OpenRequest | undefined> {
  return (await openRequests(deps, subject)).find((request) => request.id === id);
}
