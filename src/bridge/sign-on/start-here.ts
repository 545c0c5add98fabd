import type { Context } from 'koa';
import { BRIDGE_PATHS } from '../context/bridge-addresses.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { refreshIfOld } from '../metadata/refresh-certificates.ts';
import { MessageRefused } from '../pages/bridge-audit.ts';
import { defaultAcs } from '../requests/check-authn-request.ts';
import type { SignOn } from '../stores/pending-sign-ons.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';
import { checkedRelayState } from './arrived.ts';
import { refusing } from './receive-request.ts';

/** What a link to an app leads to: a sign-on that nobody requested, or the app's own address, where it requests one. */
export type StartedHere = { readonly signOn: SignOn } | { readonly startUrl: string };

export interface StartLink {
  readonly accountId: string;
  readonly applicationId: string;
  readonly relayState: string | string[] | undefined;
}

/**
 * Begins a sign-on from here. Anyone can write such a link. What it leads to is decided by the application: an assertion that was not
 * requested fits any browser, so one that can ask for its own is better off without it (login CSRF).
 * @throws {MessageRefused}
 */
export async function startHere(bridge: Bridge, ctx: Context, link: StartLink): Promise<StartedHere> {
  const { accountId, applicationId, relayState } = link;
  const application = await bridge.applications.byId(accountId, applicationId);
  if (application === undefined) throw new MessageRefused('application', 'there is no such app', applicationId);
  if (Array.isArray(relayState)) throw new MessageRefused('encoding', 'RelayState is repeated');
  refreshIfOld(bridge, ctx, application);
  const { settings, entityId } = application;
  const startUrl = ownStartUrl(bridge, application);
  if (!(settings.idpInitiated ?? startUrl === undefined)) {
    if (startUrl !== undefined) return { startUrl };
    throw new MessageRefused(
      'idp-initiated',
      'the app only accepts sign-ins that it began: open it at its own address',
      entityId,
    );
  }
  return {
    signOn: {
      accountId,
      applicationId,
      acs: refusing(() => defaultAcs(settings)),
      request: undefined,
      // An app that wants signed requests does not want to be told where to go by others.
      relayState: settings.wantSignedRequests ? undefined : checkedRelayState(relayState),
      begunAt: bridge.clock.now(),
    },
  };
}

/** The address where the app itself begins. One that leads back here is none. */
function ownStartUrl(
  { publicUrl }: Pick<Bridge, 'publicUrl'>,
  { startUrl, accountId, applicationId }: SamlApplication,
): string | undefined {
  const here = publicUrl + BRIDGE_PATHS.start(accountId, applicationId);
  return startUrl === undefined || startUrl.split(/[?#]/)[0] === here ? undefined : startUrl;
}
