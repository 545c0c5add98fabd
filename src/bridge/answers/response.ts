import { randomBytes } from 'node:crypto';
import { SAML, SAMLP } from '../../federation/saml/namespaces.ts';
import { canonicalElement, canonicalText, startTag } from '../../federation/saml/outgoing/canonical-element.ts';
import { type EncryptionTarget, encryptElement } from '../../federation/saml/outgoing/encrypt-element.ts';
import { type CanonicalSigning, signCanonical } from '../../federation/saml/outgoing/sign-canonical.ts';
import { type AssertionContent, assertionElement } from './assertion.ts';

/** The second-level status codes that we answer with (SAML V2.0 Core §3.2.2.2). */
export type StatusCode =
  | 'NoPassive'
  | 'NoAuthnContext'
  | 'InvalidNameIDPolicy'
  | 'RequestDenied'
  | 'UnsupportedBinding'
  | 'UnknownPrincipal'
  | 'AuthnFailed';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
/** Those that are the request's fault. The others are the responder's. */
const OF_REQUESTER: readonly StatusCode[] = ['InvalidNameIDPolicy', 'UnsupportedBinding'];

/** A new ID for a message: 160 bits, in the form of an XML name. */
export function newMessageId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/** Whom a response goes to. */
export interface ResponseEnvelope {
  readonly id: string;
  readonly issuer: string;
  readonly acs: string;
  readonly inResponseTo: string | undefined;
  readonly now: number;
}

/** What of a response is signed and encrypted. */
export interface ResponseProtection {
  readonly signing: CanonicalSigning;
  readonly signResponse: boolean;
  readonly signAssertion: boolean;
  /** Encrypts the assertion; `undefined`: it goes in the clear. */
  readonly encryption: EncryptionTarget | undefined;
}

/** A response with an assertion: the assertion is signed first, then encrypted, then the response is signed (SAML V2.0 Core §6.2). */
export function loginResponse(
  envelope: ResponseEnvelope,
  content: AssertionContent,
  { signing, signResponse, signAssertion, encryption }: ResponseProtection,
): string {
  if (!signResponse && !signAssertion) throw new Error('a response must be signed');
  const unsigned = assertionElement(content);
  const assertion = signAssertion ? signCanonical(unsigned, signing) : unsigned.before + unsigned.after;
  const carried =
    encryption === undefined
      ? assertion
      : canonicalElement(
          'saml:EncryptedAssertion',
          { namespaces: { saml: SAML } },
          encryptElement(assertion, encryption),
        );
  const response = responseElement(envelope, statusElement('Success') + carried);
  return signResponse ? signCanonical(response, signing) : response.before + response.after;
}

/** A signed response that says why there is no assertion. */
export function refusalResponse(envelope: ResponseEnvelope, status: StatusCode, signing: CanonicalSigning): string {
  const first = OF_REQUESTER.includes(status) ? 'Requester' : 'Responder';
  return signCanonical(responseElement(envelope, statusElement(first, status)), signing);
}

function responseElement({ id, issuer, acs, inResponseTo, now }: ResponseEnvelope, content: string) {
  const attributes = {
    Destination: acs,
    ID: id,
    InResponseTo: inResponseTo,
    IssueInstant: new Date(now).toISOString(),
    Version: '2.0',
  };
  // The namespace of assertions is declared by each element that uses it: an assertion looks the same by itself.
  const sender = canonicalElement('saml:Issuer', { namespaces: { saml: SAML } }, canonicalText(issuer));
  return {
    id,
    before: startTag('samlp:Response', { namespaces: { samlp: SAMLP }, attributes }) + sender,
    after: `${content}</samlp:Response>`,
  };
}

/** A Status. Codes are given by the last part of their URN. */
function statusElement(first: string, second?: string): string {
  const code = (name: string, content: string): string =>
    canonicalElement('samlp:StatusCode', { attributes: { Value: STATUS + name } }, content);
  return canonicalElement('samlp:Status', {}, code(first, second === undefined ? '' : code(second, '')));
}
