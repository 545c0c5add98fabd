import { BINDINGS } from '../../federation/connectors/saml/bindings.ts';
import { SENT_WITHIN } from '../../federation/connectors/saml/read-logout.ts';
import { SamlFault } from '../../federation/saml/fault.ts';
import { isSameAddress } from '../../federation/saml/incoming/same-address.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import { CLOCK_TOLERANCE_MS } from '../../kernel/clock-tolerance.ts';
import type { AuthnRequest } from './read-authn-request.ts';

/** What an AuthnRequest is checked against. */
export interface ExpectedRequest {
  /** The published address of single sign-on. */
  readonly sso: string;
  readonly isVerified: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Checks that a request is for us and fresh. A repeated one is not refused: it only leads to another response, for the person who is signed in then.
 * @throws {SamlFault} recipient, early, expired
 */
export function checkAuthnRequest(
  { destination, issuedAt }: AuthnRequest,
  { sso, isVerified, now }: ExpectedRequest,
): void {
  // A signed request without one could be passed on from another identity provider (SAML V2.0 Bindings §3.4.5.2, §3.5.5.2).
  if (destination === undefined && isVerified) {
    throw new SamlFault('recipient', `the signed request has no Destination: it must be ${sso}`);
  }
  if (destination !== undefined && !isSameAddress(destination, sso)) {
    throw new SamlFault('recipient', `the Destination is not ${sso}`);
  }
  if (issuedAt > now + CLOCK_TOLERANCE_MS)
    throw new SamlFault('early', 'the request is from the future: compare the clocks');
  if (now >= issuedAt + SENT_WITHIN + CLOCK_TOLERANCE_MS) throw new SamlFault('expired', 'the request has expired');
}

/**
 * Where the response goes: to a registered address, named by the request or the default.
 * INVARIANT: nothing that the request says is ever an address by itself. A request whose address is not registered gets no answer there.
 * @throws {SamlFault} recipient
 */
export function chooseAcs(
  { acs }: Pick<SamlApplicationSettings, 'acs'>,
  { acsUrl, acsIndex }: Pick<AuthnRequest, 'acsUrl' | 'acsIndex'>,
): string {
  if (acsUrl !== undefined && acsIndex !== undefined) {
    throw new SamlFault('recipient', 'the request has AssertionConsumerServiceURL and AssertionConsumerServiceIndex');
  }
  if (acsUrl !== undefined) {
    if (acs.some(({ url }) => url === acsUrl)) return acsUrl;
    throw new SamlFault('recipient', 'the AssertionConsumerServiceURL of the request is not registered');
  }
  if (acsIndex !== undefined) {
    const found = acs.find(({ index }) => index === acsIndex);
    if (found !== undefined) return found.url;
    throw new SamlFault('recipient', `there is no registered assertion consumer service with the index ${acsIndex}`);
  }
  return defaultAcs({ acs });
}

/** The assertion consumer service of those who do not name one. */
export function defaultAcs({ acs }: Pick<SamlApplicationSettings, 'acs'>): string {
  const found = acs.find(({ isDefault }) => isDefault) ?? acs[0];
  if (found === undefined) throw new SamlFault('recipient', 'the application has no assertion consumer service');
  return found.url;
}

/** Whether the response can go by the binding that the request asks for: we post it. */
export function isBindingSupported({ protocolBinding }: Pick<AuthnRequest, 'protocolBinding'>): boolean {
  return protocolBinding === undefined || protocolBinding === BINDINGS.post;
}
