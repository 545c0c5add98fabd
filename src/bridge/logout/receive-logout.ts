import type { Context } from 'koa';
import { readLogout } from '../../federation/connectors/saml/read-logout.ts';
import { attributeOf, isNamed, onlyChild } from '../../federation/saml/elements.ts';
import { SamlFault } from '../../federation/saml/fault.ts';
import { SAMLP } from '../../federation/saml/namespaces.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { bridgeAddresses } from '../context/bridge-addresses.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { auditBridge, MessageRefused } from '../pages/bridge-audit.ts';
import { signingKeysOf } from '../requests/signing-keys.ts';
import { checkedRelayState } from '../sign-on/arrived.ts';
import { openSentMessage, refusing, type SentMessage } from '../sign-on/receive-request.ts';
import type { EndedApps, LogoutStep } from '../stores/logout-chains.ts';

/**
 * Receives a logout message of an application (SAML V2.0 Profiles §4.4): everything that does not depend on the browser.
 * @throws {MessageRefused}
 */
export async function receiveLogout(bridge: Bridge, ctx: Context, accountId: string): Promise<LogoutStep> {
  const sent = await openSentMessage(bridge, ctx, accountId);
  return sent.opened.parameter === 'SAMLRequest'
    ? await endNamedSessions(bridge, ctx, { accountId, sent })
    : await receiveAnswer(bridge, { accountId, sent });
}

interface Received {
  readonly accountId: string;
  readonly sent: SentMessage;
}

/** Ends the sessions that a verified LogoutRequest names here, before anything depends on other applications. */
async function endNamedSessions(bridge: Bridge, ctx: Context, { accountId, sent }: Received): Promise<LogoutStep> {
  const { application, arrived } = sent;
  const { entityId, applicationId } = application;
  const request = refusing(() => {
    if (application.settings.certificates.length === 0) {
      throw new SamlFault('signature', 'the app has no certificates to verify logout requests: register them');
    }
    return readLogout(arrived, {
      signingKeys: signingKeysOf(application),
      entityId,
      slo: bridgeAddresses(bridge.publicUrl, accountId).slo,
      decrypt: () => {
        throw new SamlFault('subject', 'the NameID is encrypted: send it in the clear');
      },
      now: bridge.clock.now(),
    });
  }, entityId);
  if (request.kind !== 'request') throw new MessageRefused('xml', 'the message is not a LogoutRequest', entityId);
  const relayState = checkedRelayState(request.relayState);
  const { samlLogoutRequest } = EPHEMERAL_KEYS;
  const used = samlLogoutRequest.of(hashedId(JSON.stringify([accountId, entityId, request.id])));
  if (!(await bridge.ephemeral.setIfAbsent(used, '1', samlLogoutRequest.lifetime))) {
    throw new MessageRefused('replay', 'the LogoutRequest has been used already', entityId);
  }
  const { subject: nameId, sessionIndexes } = request;
  const named = await bridge.sessions.named({ accountId, entityId, nameId, sessionIndexes });
  const ended: EndedApps[] = [];
  for (const session of named) {
    const holder = await bridge.browsers.holderOf(session.uid);
    await bridge.browsers.end(session);
    const taken = await bridge.sessions.take(session.uid);
    ended.push({ holder, apps: (taken?.apps ?? []).filter((app) => app.applicationId !== applicationId) });
  }
  const others = ended.reduce((sum, { apps }) => sum + apps.length, 0);
  const counted = { entityId, requestId: request.id, sessions: named.length, others };
  const users = [...new Set(named.map(({ subject }) => subject))].join(' ');
  await auditBridge(bridge, ctx, {
    name: 'SamlSignOut',
    accountId,
    outcome: 'allowed',
    applicationId,
    request: { ...counted, ...(users !== '' && { users }) },
  });
  return { kind: 'asked', ended, requester: { accountId, applicationId, requestId: request.id, relayState } };
}

/** The browser is back from an application. What it brings only counts for what is reported: the session has ended. */
async function receiveAnswer(bridge: Bridge, { accountId, sent }: Received): Promise<LogoutStep> {
  const { opened, application } = sent;
  const { entityId } = application;
  const state = opened.relayState ?? '';
  const chain = await bridge.chains.peek(state);
  if (chain?.current?.accountId !== accountId || chain.current.entityId !== entityId) {
    throw new MessageRefused('ended', 'the sign-out that this answer is for has ended', entityId);
  }
  return { kind: 'answered', state, isConfirmed: confirms(sent, chain.current.requestId) };
}

/** Whether an application confirms that it has signed the person out. A signature that is there must verify. */
function confirms({ opened, application }: SentMessage, requestId: string): boolean {
  try {
    const keys = signingKeysOf(application);
    const message = keys.length > 0 && opened.isSigned() ? opened.verified(keys) : opened.unverified();
    const status = onlyChild(message, SAMLP, 'Status');
    const code = status && onlyChild(status, SAMLP, 'StatusCode');
    return (
      isNamed(message, SAMLP, 'LogoutResponse') &&
      attributeOf(message, 'InResponseTo') === requestId &&
      code !== undefined &&
      attributeOf(code, 'Value') === 'urn:oasis:names:tc:SAML:2.0:status:Success' &&
      onlyChild(code, SAMLP, 'StatusCode') === undefined
    );
  } catch (error) {
    if (error instanceof SamlFault) return false;
    throw error;
  }
}
