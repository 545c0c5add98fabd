import type Router from '@koa/router';
import type { Context } from 'koa';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import { openKeptRefreshTokens } from '../../federation/rechecks/kept-refresh-tokens.ts';
import { openLoginRechecks } from '../../federation/rechecks/open-rechecks.ts';
import type { Recheck } from '../../federation/rechecks/recheck-login.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { ObserveConnector } from '../../sign-in/connectors/audit-connector.ts';
import { auditRecheck } from '../../sign-in/connectors/audit-recheck.ts';
import { auditSignOut } from '../../sign-in/connectors/audit-sign-out.ts';
import { backchannelRoutes } from '../../sign-in/connectors/backchannel-routes.ts';
import { connectorRoutes } from '../../sign-in/connectors/connector-routes.ts';
import { type ConnectorSignInDependencies, openConnectorSignIn } from '../../sign-in/connectors/connector-sign-in.ts';
import { openConnectorSignOut } from '../../sign-in/connectors/connector-sign-out.ts';
import { linkToUser } from '../../sign-in/connectors/link-to-user.ts';
import { openProviderSessions } from '../../sign-in/connectors/provider-sessions.ts';
import { type SignOutApps, serviceProviderRoutes } from '../../sign-in/connectors/service-provider-routes.ts';
import { proceed } from '../../sign-in/dispatch.ts';
import type { SignInEnforcement } from '../../sign-in/enforcement.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { PendingSignIns } from '../../sign-in/pending-sign-in.ts';
import type { SignInAnswers } from '../../sign-in/sign-in-answers.ts';
import type { AskedStrength, ConnectorStarts } from '../../sign-in/sign-in-step.ts';
import type { BeginProviderSignOut } from '../features/further-sign-out.ts';
import { CONNECTOR_PARAMETER } from '../features/interactions.ts';
import { INTERACTION_PATH, LINKS_PATH } from '../own-client.ts';
import { APP_STATE, ownSignInUrl } from '../own-sign-in-url.ts';
import type { InteractionPagesDependencies } from './interaction-pages.ts';
import { CHOOSE } from './known-names.ts';
import { CONTINUE } from './late-forms.ts';

/** The connectors that people may sign in through. */
export interface ConnectorDependencies {
  readonly stored: Connectors;
  readonly open: OpenConnector;
  /** Counts sign-ins: `ok`, or the check that failed. */
  readonly observe: ObserveConnector;
  /** Counts sign-outs at providers: `ok`, `nothing`, or the check that failed. */
  readonly observeLogout: (outcome: string) => void;
  /** Counts refreshes that were refused because the outside login is too old. */
  readonly observeOldProof: () => void;
  /** Counts how often providers were asked again: `ok`, or the check that failed. */
  readonly observeRecheck: (outcome: string) => void;
}

type Dependencies = Omit<
  ConnectorSignInDependencies,
  'connectors' | 'open' | 'observe' | 'providerSessions' | 'refreshTokens'
> &
  Pick<InteractionPagesDependencies, 'factsOf' | 'devices' | 'signIn'> & {
    readonly connectors: ConnectorDependencies;
    /** The store itself; `ephemeral` is as one request sees it. */
    readonly sharedEphemeral: Ephemeral;
    /** The longest that a browser session can last, in ms. */
    readonly sessionMs: number;
    /** Tells apps that logins of a person have ended. */
    readonly loginsEnded: (subject: string) => void;
    readonly pending: PendingSignIns;
    readonly answers: SignInAnswers;
    readonly enforcement: SignInEnforcement | undefined;
    /** Whether the signed-in person may link logins of a connector to themselves. */
    readonly mayLink: (ctx: Context, connector: string) => Promise<boolean>;
    /** Who is signed in to the browser, in which session. */
    readonly signedIn: (
      ctx: Context,
    ) => Promise<{ readonly person: Person; readonly session: { readonly uid: string } } | undefined>;
    readonly signOutApps: SignOutApps;
    /** How strong the app of a sign-in wants it to be. */
    readonly askedOf: (signIn: string) => Promise<AskedStrength | undefined>;
  };

interface ConnectorPages {
  readonly starts: ConnectorStarts;
  readonly routes: readonly Router[];
  readonly beginSignOut: BeginProviderSignOut;
  /** Asks the provider of a login again, if that is due, and puts the result on record. */
  readonly recheck: (
    person: Person,
    origin: LoginOrigin | undefined,
    source: RequestFacts,
  ) => Promise<Recheck | undefined>;
}

/** Sends people to providers, and answers the interaction once they are back. Signs them out there. */
export function connectorPages(deps: Dependencies): ConnectorPages {
  const { stored, open, observe, observeLogout } = deps.connectors;
  const providerSessions = openProviderSessions(deps);
  const refreshTokens = openKeptRefreshTokens(deps);
  const shared = { ...deps, connectors: stored, open, observe, providerSessions, refreshTokens };
  const rechecks = openLoginRechecks({
    ...shared,
    tokens: openKeptRefreshTokens({ ...deps, ephemeral: deps.sharedEphemeral }),
    ephemeral: deps.sharedEphemeral,
  });
  const { starts, finish, held } = openConnectorSignIn(shared);
  const signOut = openConnectorSignOut(shared);
  const routes = connectorRoutes({
    ...deps,
    connectors: stored,
    finish,
    held,
    observe,
    async proceed(uid, progress, { appId, asked: known, source, device }) {
      const asked = known === undefined ? await deps.askedOf(uid) : (known ?? undefined);
      const call = { id: uid, begun: deps.clock.now(), app: { id: appId }, source, device, asked };
      const result = await proceed(deps, call, progress);
      if ('next' in result) return `${INTERACTION_PATH}/${uid}`;
      // If another answer came first, the page that continues says so.
      await deps.answers.give(uid, { by: 'connector', signedIn: result.signedIn });
      return `${INTERACTION_PATH}/${uid}/${CONTINUE}`;
    },
    async link(ctx, login) {
      const { linking } = login;
      const found = await deps.signedIn(ctx);
      if (found?.session.uid !== linking.session || found.person.subject !== linking.subject) {
        throw new LoginRefused('linking', 'the user who asked for it is no longer signed in');
      }
      // It was checked at the start, too, but the way to the provider and back takes its time.
      if (!(await deps.mayLink(ctx, login.connector.name))) {
        throw new LoginRefused('linking', 'the user may not link logins of this connector (any more)');
      }
      await linkToUser(deps, found.person, login);
      return { person: found.person, at: LINKS_PATH };
    },
    async beginAt(name) {
      const connector = (await stored.enabled()).find((each) => each.name === name);
      const start = connector && open(connector).startsAtProvider;
      if (start === undefined) return undefined;
      return ownSignInUrl(deps, {
        [CONNECTOR_PARAMETER]: name,
        ...(start.app !== undefined && { state: APP_STATE + start.app }),
      });
    },
    chooseAt: (uid) => `${INTERACTION_PATH}/${uid}?${CHOOSE}=1`,
  });
  return {
    starts,
    routes: [
      routes,
      backchannelRoutes({ ...deps, open, observeLogout }),
      serviceProviderRoutes({ ...shared, signOut }),
    ],
    recheck: (person, origin, source) =>
      rechecks.recheck(person, origin, async (connector, result) => {
        await auditRecheck({ ...deps, observe: deps.connectors.observeRecheck }, source, { connector, person, result });
        if (result.outcome === 'ended') deps.loginsEnded(person.subject);
      }),
    async beginSignOut(request, origin, next) {
      try {
        return await signOut.begin(origin, next);
      } catch (error) {
        if (!(error instanceof LoginRefused)) throw error;
        // The session here has ended: only the provider's stays.
        await auditSignOut(shared, deps.factsOf(request), { refused: error });
        return undefined;
      }
    },
  };
}
