import { isOpenToAccount } from '../identity/applications/may-use.ts';
import { BoundedCache } from '../kernel/bounded-cache.ts';
import type { BrowserSignIns, ProtocolPages } from '../sign-in/protocol-pages.ts';
import { bridgeRoutes } from './bridge-routes.ts';
import { BRIDGE_PATHS } from './context/bridge-addresses.ts';
import type { Bridge, BridgeDependencies } from './context/bridge-dependencies.ts';
import { chainCookie } from './context/chain-cookie.ts';
import { SIGN_ON_STATE } from './sign-on/answer-sign-on.ts';
import { openLogoutChains } from './stores/logout-chains.ts';
import { openPendingSignOns } from './stores/pending-sign-ons.ts';
import { openSamlApplications } from './stores/saml-applications.ts';
import { openSessionApps } from './stores/session-apps.ts';

/** Every account as a SAML 2.0 identity provider for its applications. */
export function openBridge(deps: BridgeDependencies, browsers: BrowserSignIns): ProtocolPages {
  const bridge: Bridge = {
    ...deps,
    browsers,
    applications: openSamlApplications(deps.identities.applications),
    pending: openPendingSignOns(deps),
    sessions: openSessionApps({ ...deps, sealer: deps.keyRing.sealer }),
    chains: openLogoutChains({ ...deps, sealer: deps.keyRing.sealer }),
    chainCookie: chainCookie(deps),
    refreshTried: new BoundedCache(1000),
    secret: deps.keyRing.secret('saml-name-id'),
  };
  const { pending, applications, sessions, chains } = bridge;
  const idIn = (state: string): string | undefined =>
    state.startsWith(SIGN_ON_STATE) ? state.slice(SIGN_ON_STATE.length) : undefined;
  const signOnOf = async (state: string) => {
    const id = idIn(state);
    return id === undefined ? undefined : await pending.get(id);
  };
  return {
    routes: [bridgeRoutes(bridge)],
    async appOf(state) {
      const signOn = await signOnOf(state);
      const application = signOn && (await applications.byId(signOn.accountId, signOn.applicationId));
      return (
        application && {
          id: application.applicationId,
          name: application.displayName,
          isOpenTo: (accountId) => isOpenToAccount(application, accountId),
          onlyFor: application.openTo === 'everyone' ? undefined : application.accountId,
        }
      );
    },
    async resumeAt(state) {
      const id = idIn(state);
      const signOn = await signOnOf(state);
      return id === undefined || signOn === undefined ? undefined : BRIDGE_PATHS.continue(signOn.accountId, id);
    },
    async appsIn(subject, uids) {
      const found = uids.map(async (uid) => {
        const apps = await sessions.of({ uid, subject });
        return await Promise.all(
          apps.map(async ({ accountId, applicationId, entityId }) => {
            const application = await applications.byId(accountId, applicationId);
            return { name: application?.displayName ?? entityId, uid };
          }),
        );
      });
      return (await Promise.all(found)).flat();
    },
    async beginSignOut(uid, next, isLast) {
      const ended = await sessions.take(uid);
      const [first] = ended?.apps ?? [];
      if (ended === undefined || first === undefined) return undefined;
      // Through a page of our own: it can give the browser the cookie of the chain.
      const id = await chains.keepStep(first.accountId, { kind: 'own', apps: ended.apps, next, isLast });
      return { url: bridge.publicUrl + BRIDGE_PATHS.sloStep(first.accountId, id) };
    },
  };
}
