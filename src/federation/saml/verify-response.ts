import type { KeyObject } from 'node:crypto';
import { decryptAssertion } from './decrypt-assertion.ts';
import { allElements, attributeOf, childElements, isNamed, onlyChild, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { SAML, SAMLP, XMLDSIG } from './namespaces.ts';
import { verifySignature } from './verify-signature.ts';
import { parseMessage } from './xml.ts';

/** The keys of an identity provider and of the service provider that its assertions are for. */
export interface ResponseKeys {
  /** The signing keys in the identity provider's metadata. */
  readonly signingKeys: readonly KeyObject[];
  /** Keys that decrypt assertions, tried in order. Called only for an encrypted assertion, since opening them is slow. */
  readonly privateKeys: () => readonly KeyObject[];
  /** Whether an assertion that is not encrypted is refused. */
  readonly isEncryptionRequired: boolean;
}

/** A response whose assertion is signed by the identity provider. */
export interface VerifiedResponse {
  /** The root of the verified text, parsed again. Everything below it is signed. */
  readonly assertion: Element;
  /** From the Response, which may be unsigned: only good for refusing. */
  readonly destination: string | undefined;
  readonly issuer: string | undefined;
  readonly inResponseTo: string | undefined;
  /** Which of the two is signed, or both. */
  readonly signed: { readonly response: boolean; readonly assertion: boolean };
}

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const ID_NAMES = new Set(['id', 'xml:id']);
const ID = /^[\p{L}_][\p{L}\p{N}._-]{0,255}$/u;

/**
 * Verifies a SAML response as the HTTP POST binding delivers it (SAML V2.0 Profiles §4.1.4.3): exactly one assertion,
 * covered by a signature of its own, of the response, or both. Every signature there is must verify. What is returned is
 * parsed from the verified bytes, so that no other part of the message can be read by mistake.
 * @throws {SamlFault} xml, status, signature, encryption
 */
export function verifyResponse(text: string, keys: ResponseKeys): VerifiedResponse {
  const response = parseMessage(text);
  if (!isNamed(response, SAMLP, 'Response') || attributeOf(response, 'Version') !== '2.0') {
    throw new SamlFault('xml', 'the message is not a SAML 2.0 Response');
  }
  requireUniqueIds(response);
  requireSuccess(response);
  const isSigned = signatureOf(response) !== undefined;
  requireSignaturesInPlace(response, [response, assertionIn(response)]);
  // The response's own signature covers the assertion as it arrived, encrypted or not: it comes first.
  const root = isSigned ? verified(response, keys) : response;
  const issuer = onlyChild(root, SAML, 'Issuer');
  const { assertion, hasSignature } = verifiedAssertion(assertionIn(root), keys, isSigned);
  return {
    assertion,
    signed: { response: isSigned, assertion: hasSignature },
    destination: attributeOf(root, 'Destination'),
    inResponseTo: attributeOf(root, 'InResponseTo'),
    issuer: issuer && textOf(issuer),
  };
}

function verifiedAssertion(
  received: Element,
  keys: ResponseKeys,
  isSigned: boolean,
): { readonly assertion: Element; readonly hasSignature: boolean } {
  const isEncrypted = isNamed(received, SAML, 'EncryptedAssertion');
  if (!isEncrypted && keys.isEncryptionRequired) {
    throw new SamlFault('encryption', 'the provider requires encrypted assertions');
  }
  const assertion = isEncrypted ? decrypted(received, keys, isSigned) : received;
  if (signatureOf(assertion) !== undefined) return { assertion: verified(assertion, keys), hasSignature: true };
  if (!isSigned) throw new SamlFault('signature', 'neither the response nor its assertion is signed');
  return { assertion, hasSignature: false };
}

function decrypted(encrypted: Element, { privateKeys }: ResponseKeys, isSigned: boolean): Element {
  const assertion = decryptAssertion(encrypted, { privateKeys: privateKeys(), isSigned });
  requireUniqueIds(assertion);
  requireSignaturesInPlace(assertion, [assertion]);
  if (assertionsIn(assertion).length > 1) throw new SamlFault('xml', 'an assertion contains another one');
  return assertion;
}

/** The element, parsed again from the bytes that its signature covers. */
function verified(signed: Element, { signingKeys }: ResponseKeys): Element {
  const signature = signatureOf(signed);
  if (signature === undefined) throw new SamlFault('signature', 'there is no signature');
  return parseMessage(verifySignature(signed, signature, signingKeys));
}

/** The signature of an element, which is its child (SAML V2.0 Core §5.4.1). */
function signatureOf(element: Element): Element | undefined {
  return onlyChild(element, XMLDSIG, 'Signature');
}

/** Signatures anywhere else may be another message's, kept to vouch for this one. */
function requireSignaturesInPlace(root: Element, places: readonly Element[]): void {
  for (const element of allElements(root)) {
    if (!isNamed(element, XMLDSIG, 'Signature')) continue;
    if (!places.some((place) => Object.is(place, element.parentNode))) {
      throw new SamlFault('signature', 'there is a signature in an unexpected place');
    }
  }
}

function assertionsIn(root: Element): readonly Element[] {
  return [...allElements(root)].filter(
    (element) => isNamed(element, SAML, 'Assertion') || isNamed(element, SAML, 'EncryptedAssertion'),
  );
}

/** The one assertion: a child of the response, and the only one in the whole message. */
function assertionIn(response: Element): Element {
  const [assertion, second] = assertionsIn(response);
  if (assertion === undefined || second !== undefined || !Object.is(assertion.parentNode, response)) {
    throw new SamlFault('xml', 'the response must contain exactly one assertion');
  }
  return assertion;
}

/** Signatures refer to elements by ID, so an ID that occurs twice has no meaning (SAML V2.0 Core §1.3.4). */
function requireUniqueIds(root: Element): void {
  const seen = new Set<string>();
  for (const element of allElements(root)) {
    for (const { name, value } of Array.from(element.attributes)) {
      if (!ID_NAMES.has(name.toLowerCase())) continue;
      if (seen.has(value)) throw new SamlFault('xml', 'an ID occurs more than once');
      if (!ID.test(value)) throw new SamlFault('xml', 'an ID is not an XML name');
      seen.add(value);
    }
  }
}

function requireSuccess(response: Element): void {
  const status = onlyChild(response, SAMLP, 'Status');
  const code = status && onlyChild(status, SAMLP, 'StatusCode');
  const value = code && attributeOf(code, 'Value');
  if (value === SUCCESS) return;
  const [second] = code === undefined ? [] : childElements(code);
  const codes = [value, second && attributeOf(second, 'Value')].filter((each) => each !== undefined);
  const names = codes.map((each) => /:status:(\w{1,50})$/.exec(each)?.[1]).filter((each) => each !== undefined);
  throw new SamlFault('status', `the identity provider reports ${names.join(', ') || 'no success'}`);
}
