import type { KeyObject } from 'node:crypto';
import { CLOCK_TOLERANCE_MS } from '../../../kernel/clock-tolerance.ts';
import type { DecryptElement } from '../../saml/decrypt-assertion.ts';
import { attributeOf, childrenNamed, isNamed, onlyChild, textOf } from '../../saml/elements.ts';
import { SamlFault } from '../../saml/fault.ts';
import { openMessage } from '../../saml/incoming/open-message.ts';
import { isSameAddress } from '../../saml/incoming/same-address.ts';
import { SAML, SAMLP } from '../../saml/namespaces.ts';
import { readNameId } from '../../saml/read-assertion.ts';
import { parseSamlTime } from '../../saml/saml-time.ts';
import type { ArrivedMessage } from '../logout-connector.ts';
import type { BindingName } from './bindings.ts';

/** In ms. A message is sent on by a browser at once. */
export const SENT_WITHIN = 5 * 60_000;

/** A verified LogoutRequest of the provider. */
export interface LogoutRequest {
  readonly kind: 'request';
  readonly id: string;
  readonly binding: BindingName;
  readonly relayState: string | undefined;
  /** The NameID. */
  readonly subject: string;
  readonly sessionIndexes: readonly string[];
}

/** A LogoutResponse. Nothing depends on it: the session here has ended before it was asked for. */
export interface LogoutResponse {
  readonly kind: 'response';
  readonly relayState: string | undefined;
}

export interface ReadLogoutOptions {
  readonly signingKeys: readonly KeyObject[];
  readonly entityId: string;
  /** Our own address for logout messages. */
  readonly slo: string;
  readonly decrypt: DecryptElement;
  readonly now: number;
}

/**
 * Reads a logout message (SAML V2.0 Profiles §4.4.3). A request must be signed, for the binding by which it came.
 * @throws {SamlFault}
 */
export function readLogout(arrived: ArrivedMessage, options: ReadLogoutOptions): LogoutRequest | LogoutResponse {
  const { parameter, relayState, verified } = openMessage(arrived);
  if (parameter === 'SAMLResponse') return { kind: 'response', relayState };
  const request = verified(options.signingKeys);
  if (!isNamed(request, SAMLP, 'LogoutRequest') || attributeOf(request, 'Version') !== '2.0') {
    throw new SamlFault('xml', 'the message is not a SAML 2.0 LogoutRequest');
  }
  requireForUs(request, options);
  const nameId = readNameId(request, options.decrypt);
  if (nameId === undefined) throw new SamlFault('subject', 'the LogoutRequest has no NameID');
  return {
    kind: 'request',
    id: attributeOf(request, 'ID') ?? '',
    binding: arrived.binding,
    relayState,
    subject: nameId.value,
    sessionIndexes: childrenNamed(request, SAMLP, 'SessionIndex').map(textOf),
  };
}

function requireForUs(request: Element, { entityId, slo, now }: ReadLogoutOptions): void {
  const issuer = onlyChild(request, SAML, 'Issuer');
  if (issuer === undefined || textOf(issuer) !== entityId) {
    throw new SamlFault('issuer', `the Issuer is not ${entityId}`);
  }
  if (!isSameAddress(attributeOf(request, 'Destination') ?? '', slo))
    throw new SamlFault('recipient', `the Destination is not ${slo}`);
  if ((attributeOf(request, 'ID') ?? '') === '') throw new SamlFault('xml', 'the message has no ID');
  const sentAt = parseSamlTime(attributeOf(request, 'IssueInstant') ?? '', 'IssueInstant');
  const end = attributeOf(request, 'NotOnOrAfter');
  const until = Math.min(
    sentAt + SENT_WITHIN,
    end === undefined ? Number.POSITIVE_INFINITY : parseSamlTime(end, 'NotOnOrAfter'),
  );
  if (sentAt > now + CLOCK_TOLERANCE_MS)
    throw new SamlFault('early', 'the message is from the future: compare the clocks');
  if (now >= until + CLOCK_TOLERANCE_MS) throw new SamlFault('expired', 'the message has expired');
}
