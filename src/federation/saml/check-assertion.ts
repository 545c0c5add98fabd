import { CLOCK_TOLERANCE_MS } from '../../kernel/clock-tolerance.ts';
import { SamlFault } from './fault.ts';
import { namedAddress } from './incoming/same-address.ts';
import type { Assertion } from './read-assertion.ts';
import type { VerifiedResponse } from './verify-response.ts';

/** What an assertion must be for. All values are compared exactly; only the default port of a URL may be written. */
export interface Expected {
  /** The entity id in the identity provider's metadata. */
  readonly issuer: string;
  /** The URLs that are ours, as published: of the Recipient, and of the response's Destination. */
  readonly recipients: readonly string[];
  readonly audiences: readonly string[];
  readonly now: number;
}

/**
 * Checks who issued an assertion, for whom, and when (SAML V2.0 Profiles §4.1.4.3, Core §2.5.1).
 * @throws {SamlFault} issuer, recipient, audience, early, expired
 */
export function checkAssertion(assertion: Assertion, expected: Expected): void {
  const { confirmation } = assertion;
  if (assertion.issuer !== expected.issuer) {
    throw new SamlFault('issuer', "the assertion's Issuer is not the entityID of the provider's metadata");
  }
  if (namedAddress(expected.recipients, confirmation.recipient) === undefined) {
    throw new SamlFault('recipient', `the Recipient is not ${expected.recipients[0]}`);
  }
  const isForUs = (audiences: readonly string[]) => audiences.some((audience) => expected.audiences.includes(audience));
  if (assertion.audiences.length === 0 || !assertion.audiences.every(isForUs)) {
    throw new SamlFault('audience', `the Audience is not ${expected.audiences[0]}`);
  }
  requireStarted([assertion.issuedAt, assertion.notBefore, confirmation.notBefore], expected.now);
  requireNotOver([assertion.notOnOrAfter, confirmation.notOnOrAfter, assertion.sessionNotOnOrAfter], expected.now);
}

/**
 * Checks to which endpoint a response was sent. A signed one must say so (SAML V2.0 Bindings §3.5.5.2).
 * @throws {SamlFault} recipient
 */
export function checkDestination(
  { destination, signed }: Pick<VerifiedResponse, 'destination' | 'signed'>,
  recipients: readonly string[],
): void {
  if (destination === undefined && !signed.response) return;
  if (destination === undefined) throw new SamlFault('recipient', 'the signed response has no Destination');
  if (namedAddress(recipients, destination) === undefined) {
    throw new SamlFault('recipient', `the Destination is not ${recipients[0]}`);
  }
}

function requireStarted(times: readonly (number | undefined)[], now: number): void {
  if (times.some((time) => time !== undefined && time > now + CLOCK_TOLERANCE_MS)) {
    throw new SamlFault('early', 'the assertion is not valid yet: compare the clocks');
  }
}

/** The upper bound is exclusive (SAML V2.0 Core §2.5.1.2). */
function requireNotOver(times: readonly (number | undefined)[], now: number): void {
  if (times.some((time) => time !== undefined && now >= time + CLOCK_TOLERANCE_MS)) {
    throw new SamlFault('expired', 'the assertion has expired');
  }
}
