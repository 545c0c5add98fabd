import Router from '@koa/router';
import type { Context } from 'koa';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { Activity, ListActivity } from '../../identity/activity/activity.ts';
import type { ActivityKind } from '../../identity/activity/activity-kinds.ts';
import { activityPage as findPage } from '../../identity/activity/activity-page.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { NoticeLinks } from '../../identity/notices/report-not-me.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { AccountRoutesDependencies } from '../account-page/account-routes.ts';
import { isFreshSignIn } from '../account-page/fresh-sign-in.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from '../account-page/signed-in.ts';
import { AGAIN, BACK_TO_ACTIVITY, startSignIn } from '../account-page/start-sign-in.ts';
import { securedPage } from '../mailed-links/not-me-page.ts';
import { ACCOUNT_PATH, ACTIVITY_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { activityPage, confirmNotMePage, type ShownActivity } from './activity-page.ts';

/** What the page shows. */
export interface ActivitySources {
  readonly list: ListActivity;
  /** The country of an address (ISO 3166-1 alpha-2), as far as it is known. */
  readonly countryOf: (ip: string) => string | undefined;
}

interface ActivityRoutesDependencies extends AccountRoutesDependencies {
  readonly activity: ActivitySources;
  readonly store: Pick<IdentityStore, 'applications'>;
  readonly noticeLinks: Pick<NoticeLinks, 'secure'>;
}

const LIST = 'activity page';
const PAGE = 25;
/**
 * How far back a person can say "this wasn't me", as by a mailed notice. Whatever was added since then goes, so that a longer time would
 * take away what the person added.
 */
const REPORTABLE_MS = EPHEMERAL_KEYS.noticeLink.lifetime;
/** How many activities are searched for the reported one. */
const SEARCHED = 1000;

/** What an intruder does. Failures did not let anybody in, and signing out harms nobody. */
const REPORTABLE: ReadonlySet<ActivityKind> = new Set([
  'password-accepted',
  'factor-accepted',
  'passkey-accepted',
  'connector-sign-in',
  'policy-refused',
  'app-opened',
  'device-allowed',
  'request-allowed',
  'role-opened',
  'app-access-granted',
  'password-changed',
  'password-recovered',
  'factor-added',
  'factor-removed',
  'recovery-codes-created',
  'recovery-code-used',
  'login-linked',
  'login-unlinked',
  'access-key-created',
  'access-key-changed',
]);

/** The page `/sign-in/activity`: what happened to the account of a signed-in person, and "this wasn't me". */
export function activityRoutes(deps: ActivityRoutesDependencies): Router {
  const router = new Router();

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const show = async (ctx: Context, { person, session }: SignedIn, notice?: Text): Promise<void> => {
    const { after } = ctx.query;
    const marker = typeof after === 'string' ? after : undefined;
    const request = { marker, maxItems: PAGE };
    const page = await findPage(deps.activity.list, idOf(person), { list: LIST, request });
    const body = activityPage({
      csrf: deps.csrfTokens.make(session.uid, ACCOUNT_FORMS),
      activities: await shownOf(deps, person, page.items),
      notice,
      isFirst: marker === undefined,
      next: page.marker,
    });
    showPage(ctx, { title: say('activity.title'), width: 'wide', body });
  };

  router.get(ACTIVITY_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    return await show(ctx, found, ctx.query[AGAIN] === undefined ? undefined : say('activity.again'));
  });

  router.post(ACTIVITY_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    if (found === undefined) return toAccount(ctx);
    const { person, session } = found;
    const form = await readOwnForm(deps, ctx, session);
    // A stolen session must not take the password away from its owner.
    if (!isFreshSignIn(deps, found)) return startSignIn(deps, ctx, { prompt: 'login', state: BACK_TO_ACTIVITY });
    const activity = await reportableOf(deps, person, form.get('event') ?? '');
    if (activity === undefined) {
      ctx.status = 409;
      return await show(ctx, found, say('activity.gone'));
    }
    if (form.get('confirm') === undefined) {
      const [shown] = await shownOf(deps, person, [activity]);
      const csrf = deps.csrfTokens.make(session.uid, ACCOUNT_FORMS);
      if (shown !== undefined)
        showPage(ctx, { title: say('mailedLinks.wasThisYou'), body: confirmNotMePage(csrf, shown) });
      return;
    }
    await deps.noticeLinks.secure({ person, at: activity.at });
    await deps.recordEvent({
      name: 'ReportNotMe',
      source: deps.factsOf(ctx.req),
      person,
      method: 'session',
      outcome: 'allowed',
      request: { activity: activity.kind, event: activity.eventId },
    });
    showPage(ctx, { title: say('mailedLinks.secured'), body: securedPage({ person }), isShownOnce: true });
  });

  return router;
}

const idOf = ({ accountId, subject }: Person) => ({ accountId, personId: subject });

function canReport({ clock }: Pick<ActivityRoutesDependencies, 'clock'>, { kind, by, at }: Activity): boolean {
  return by === 'self' && REPORTABLE.has(kind) && at > clock.now() - REPORTABLE_MS;
}

/** The activity with this id, if the person can report it. */
async function reportableOf(
  deps: ActivityRoutesDependencies,
  person: Person,
  eventId: string,
): Promise<Activity | undefined> {
  const { items } = await deps.activity.list({ ...idOf(person), limit: SEARCHED });
  return items.find((activity) => activity.eventId === eventId && canReport(deps, activity));
}

async function shownOf(
  deps: ActivityRoutesDependencies,
  { accountId }: Person,
  activities: readonly Activity[],
): Promise<readonly ShownActivity[]> {
  const ids = new Set(activities.flatMap(({ appId }) => (appId === undefined ? [] : [appId])));
  const names = new Map<string, string | undefined>();
  for (const id of ids) names.set(id, await appName(deps, accountId, id));
  return activities.map((activity) => ({
    ...activity,
    appName: activity.appId === undefined ? undefined : names.get(activity.appId),
    country: activity.sourceIp === undefined ? undefined : deps.activity.countryOf(activity.sourceIp),
    canReport: canReport(deps, activity),
  }));
}

/** The name of an app, or the id of one that is gone; `undefined` for our own pages. */
async function appName(
  { store, provider }: ActivityRoutesDependencies,
  accountId: string,
  id: string,
): Promise<string | undefined> {
  if (id === OWN_CLIENT_ID) return undefined;
  const application = await store.applications.get([accountId, id]);
  if (application !== undefined) return application.displayName;
  return (await provider().Client.find(id))?.clientName ?? id;
}
