import type { Context } from 'koa';
import type { ArrivedMessage } from '../../federation/connectors/logout-connector.ts';
import { SamlFault } from '../../federation/saml/fault.ts';
import { type OpenedMessage, openMessage } from '../../federation/saml/incoming/open-message.ts';
import { bridgeAddresses } from '../context/bridge-addresses.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { applicationForMessage } from '../metadata/refresh-certificates.ts';
import { MessageRefused } from '../pages/bridge-audit.ts';
import { checkAuthnRequest, chooseAcs } from '../requests/check-authn-request.ts';
import { issuerOf, readAuthnRequest } from '../requests/read-authn-request.ts';
import { signingKeysOf } from '../requests/signing-keys.ts';
import type { SignOn } from '../stores/pending-sign-ons.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';
import { arrivedMessage, checkedRelayState } from './arrived.ts';

/** A message with the application that claims to have sent it. */
export interface SentMessage {
  readonly arrived: ArrivedMessage;
  readonly opened: OpenedMessage;
  readonly application: SamlApplication;
}

/** Opens a message and finds its application. @throws {MessageRefused} */
export async function openSentMessage(bridge: Bridge, ctx: Context, accountId: string): Promise<SentMessage> {
  const arrived = await arrivedMessage(ctx);
  const { opened, issuer } = refusing(() => {
    const message = openMessage(arrived);
    return { opened: message, issuer: issuerOf(message.unverified()) };
  });
  const found = await bridge.applications.byEntityId(accountId, issuer);
  if (found === undefined) {
    throw new MessageRefused('application', 'no app is registered with this entity id', issuer);
  }
  const application = await applicationForMessage(bridge, ctx, { application: found, opened });
  return { arrived, opened, application };
}

/** Receives an AuthnRequest: everything that can be checked without knowing the person. @throws {MessageRefused} */
export async function receiveRequest(bridge: Bridge, ctx: Context, accountId: string): Promise<SignOn> {
  const { opened, application } = await openSentMessage(bridge, ctx, accountId);
  const { sso } = bridgeAddresses(bridge.publicUrl, accountId);
  const now = bridge.clock.now();
  return refusing(() => {
    if (opened.parameter !== 'SAMLRequest') throw new SamlFault('xml', 'the message is not a request');
    const isVerified = mustVerify(application, opened);
    const message = isVerified ? opened.verified(signingKeysOf(application)) : opened.unverified();
    const request = readAuthnRequest(message);
    checkAuthnRequest(request, { sso, isVerified, now });
    const acs = chooseAcs(application.settings, request);
    const { id, forceAuthn, isPassive, protocolBinding, nameIdPolicy, subject, context } = request;
    return {
      accountId,
      applicationId: application.applicationId,
      acs,
      request: { id, forceAuthn, isPassive, protocolBinding, nameIdPolicy, subject, context },
      relayState: checkedRelayState(opened.relayState),
      begunAt: now,
    };
  }, application.entityId);
}

/**
 * Whether the signature has to be verified: if the application must sign, or if there is a signature that a registered key can verify. One
 * of an application without registered keys proves nothing, and its message is treated as one without.
 */
function mustVerify({ settings }: SamlApplication, opened: OpenedMessage): boolean {
  return settings.wantSignedRequests || (settings.certificates.length > 0 && opened.isSigned());
}

/** Turns faults of a message into refusals. */
export function refusing<Result>(read: () => Result, sender?: string): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof SamlFault) throw MessageRefused.of(error, sender);
    throw error;
  }
}
