import type { Context } from 'koa';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { BindingName } from '../../federation/connectors/saml/bindings.ts';
import { logoutRequestXml, logoutResponseXml } from '../../federation/connectors/saml/logout-message.ts';
import { sendMessage } from '../../federation/connectors/saml/send-message.ts';
import { newMessageId } from '../answers/response.ts';
import { bridgeAddresses } from '../context/bridge-addresses.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import type { LogoutChain, LogoutEnd, LogoutRequester } from '../stores/logout-chains.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';

/** Where the browser goes, or the end of the chain: where the person may still be signed in, and where the browser goes on if they want. */
export type ChainStep = { readonly leave: Destination } | ChainEnded;

interface ChainEnded {
  readonly ended: readonly string[];
  readonly next?: string;
}

const BINDING_NAMES: Readonly<Record<string, BindingName>> = { 'HTTP-Redirect': 'redirect', 'HTTP-POST': 'post' };

/**
 * Goes on with a chain: to the next application that takes logout messages, or to its end.
 * INVARIANT: only for the browser whose session has ended. The addresses that it is sent to hold names of the person.
 */
export async function advanceChain(bridge: Bridge, ctx: Context, chain: LogoutChain): Promise<ChainStep> {
  const [next, ...remaining] = chain.remaining;
  if (next === undefined) return await endChain(bridge, chain);
  const application = await bridge.applications.byId(next.accountId, next.applicationId);
  const { logout } = application?.settings ?? {};
  if (application === undefined || logout === undefined) {
    const failed = [...chain.failed, application?.displayName ?? next.entityId];
    return await advanceChain(bridge, ctx, { ...chain, remaining, failed });
  }
  const requestId = newMessageId();
  const { nameId, sessionIndex, entityId, accountId } = next;
  const known = { value: nameId.value, format: nameId.format, ...qualifiersOf(bridge, next) };
  const sent = { id: requestId, issuer: issuerOf(bridge, accountId), destination: logout.url, now: bridge.clock.now() };
  const kept = { ...chain, remaining, current: { accountId, entityId, requestId } };
  const state = await bridge.chains.keep(kept, bridge.chainCookie.bind(ctx));
  return {
    leave: sendMessage({
      binding: BINDING_NAMES[logout.binding] ?? 'redirect',
      location: logout.url,
      parameter: 'SAMLRequest',
      xml: logoutRequestXml(sent, { nameId: known, sessionIndex }),
      relayState: state,
      key: await keyOf(bridge, accountId),
    }),
  };
}

/** Pairwise names are named exactly as in the assertion, qualifiers included. */
function qualifiersOf(bridge: Bridge, { accountId, entityId, nameId }: LogoutChain['remaining'][number]) {
  const isPairwise = nameId.format.endsWith(':persistent') || nameId.format.endsWith(':transient');
  return {
    nameQualifier: isPairwise ? issuerOf(bridge, accountId) : undefined,
    spNameQualifier: isPairwise ? entityId : undefined,
  };
}

const issuerOf = ({ publicUrl }: Bridge, accountId: string): string => bridgeAddresses(publicUrl, accountId).entityId;

async function keyOf({ samlKeys }: Bridge, accountId: string) {
  const [active] = await samlKeys.of(accountId);
  return { privateKey: active.privateKey(), certificate: active.certificate };
}

const isPartial = ({ failed, hasUntold }: LogoutChain): boolean => failed.length > 0 || hasUntold;

async function endChain(bridge: Bridge, chain: LogoutChain): Promise<ChainStep> {
  bridge.observeLogout(isPartial(chain) ? 'partial' : 'complete');
  if ('next' in chain.end) return endOwn(bridge, chain.failed, chain.end);
  const { requester } = chain.end;
  const application = await bridge.applications.byId(requester.accountId, requester.applicationId);
  return application?.settings.logout === undefined
    ? { ended: chain.failed }
    : { leave: await answerTo(bridge, chain, { requester, logout: application.settings.logout }) };
}

/** A person who signs out here is told what did not work, unless there is more to sign out: few would go on to that by themselves. */
function endOwn(
  { publicUrl }: Bridge,
  failed: readonly string[],
  { next, isLast }: Extract<LogoutEnd, { readonly next: Destination }>,
): ChainStep {
  if (failed.length === 0 || isLast !== true || !('url' in next)) return { leave: next };
  // Our own pages would only say once more that the person is signed out.
  return next.url.startsWith(`${publicUrl}/`) ? { ended: failed } : { ended: failed, next: next.url };
}

async function answerTo(
  bridge: Bridge,
  chain: LogoutChain,
  {
    requester: { accountId, requestId, relayState },
    logout,
  }: {
    readonly requester: LogoutRequester;
    readonly logout: NonNullable<SamlApplication['settings']['logout']>;
  },
): Promise<Destination> {
  const location = logout.responseUrl ?? logout.url;
  const sent = {
    id: newMessageId(),
    issuer: issuerOf(bridge, accountId),
    destination: location,
    now: bridge.clock.now(),
  };
  return sendMessage({
    binding: BINDING_NAMES[logout.binding] ?? 'redirect',
    location,
    parameter: 'SAMLResponse',
    xml: logoutResponseXml(sent, requestId, isPartial(chain)),
    relayState,
    key: await keyOf(bridge, accountId),
  });
}
