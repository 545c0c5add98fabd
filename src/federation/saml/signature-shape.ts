import { attributeOf, childElements, isNamed, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { XMLDSIG } from './namespaces.ts';
import { DIGESTS, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature-algorithms.ts';

const ENVELOPED = `${XMLDSIG}enveloped-signature`;
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const CANONICALISATIONS = [EXCLUSIVE, `${EXCLUSIVE}WithComments`];

/** What a SignedInfo says, once its form has been checked. */
export interface SignedInfo {
  readonly algorithm: SignatureAlgorithm;
  /** The transform that canonicalises the signed element. */
  readonly canonicalisation: Element;
  /** The hash of the digest. */
  readonly digest: string;
  /** Base64. */
  readonly digestValue: string;
}

/**
 * Checks that a Signature has exactly the form of the SAML signature profile (SAML V2.0 Core §5.4), so that nothing in it
 * can be understood in two ways. Certificates in KeyInfo are never used.
 * @throws {SamlFault} signature
 */
export function requireSignatureShape(signature: Element): { signedInfo: Element; signatureValue: Element } {
  const [signedInfo, signatureValue, keyInfo, further] = childElements(signature);
  requireElement(signedInfo, 'SignedInfo');
  requireElement(signatureValue, 'SignatureValue');
  if (keyInfo !== undefined) requireElement(keyInfo, 'KeyInfo');
  if (further !== undefined) throw invalid('the Signature has unexpected elements');
  requireLeaf(signatureValue);
  return { signedInfo, signatureValue };
}

/**
 * Reads a SignedInfo: one reference, to the element that contains the signature, with the two transforms that SAML allows.
 * A signature of any other form could cover something else than what is read.
 * @throws {SamlFault} signature
 */
export function readSignedInfo(signedInfo: Element, signed: Element): SignedInfo {
  const [method, signatureMethod, reference, second] = childElements(signedInfo);
  requireElement(method, 'CanonicalizationMethod');
  requireElement(signatureMethod, 'SignatureMethod');
  requireElement(reference, 'Reference');
  if (second !== undefined) throw invalid('the Signature has more than one Reference');
  requireAlgorithm(method, CANONICALISATIONS);
  requireLeaf(signatureMethod);
  return { algorithm: algorithmOf(signatureMethod), ...readReference(reference, signed) };
}

function readReference(reference: Element, signed: Element): Omit<SignedInfo, 'algorithm'> {
  const id = attributeOf(signed, 'ID') ?? '';
  if (id === '' || attributeOf(reference, 'URI') !== `#${id}`) {
    throw invalid('the Reference is not to the element that contains the Signature');
  }
  const [transforms, method, value, further] = childElements(reference);
  requireElement(transforms, 'Transforms');
  requireElement(method, 'DigestMethod');
  requireElement(value, 'DigestValue');
  if (further !== undefined) throw invalid('the Reference has unexpected elements');
  requireLeaf(method);
  requireLeaf(value);
  const digest = DIGESTS.get(requireAlgorithm(method, [...DIGESTS.keys()])) ?? '';
  return { canonicalisation: canonicalisationOf(transforms), digest, digestValue: textOf(value) };
}

function canonicalisationOf(transforms: Element): Element {
  const [enveloped, exclusive, third] = childElements(transforms);
  requireElement(enveloped, 'Transform');
  requireElement(exclusive, 'Transform');
  if (third !== undefined) throw invalid('the Reference has more than two Transforms');
  requireAlgorithm(enveloped, [ENVELOPED]);
  requireLeaf(enveloped);
  requireAlgorithm(exclusive, CANONICALISATIONS);
  return exclusive;
}

function algorithmOf(method: Element): SignatureAlgorithm {
  const uri = requireAlgorithm(
    method,
    SIGNATURE_ALGORITHMS.map((algorithm) => algorithm.uri),
  );
  const found = SIGNATURE_ALGORITHMS.find((algorithm) => algorithm.uri === uri);
  if (found === undefined) throw invalid('the signature algorithm is not accepted');
  return found;
}

function requireElement(element: Element | undefined, name: string): asserts element is Element {
  if (element === undefined || !isNamed(element, XMLDSIG, name)) throw invalid(`the Signature has no ${name}`);
}

function requireLeaf(element: Element): void {
  if (childElements(element).length > 0) throw invalid(`${element.localName} has unexpected elements`);
}

function requireAlgorithm(element: Element, accepted: readonly string[]): string {
  const uri = attributeOf(element, 'Algorithm') ?? '';
  if (accepted.includes(uri)) return uri;
  const known = /^[\w:/.#-]{1,100}$/.test(uri) ? uri : 'of the message';
  throw invalid(`${element.localName} ${known} is not accepted: its sender must sign with SHA-256 or better`);
}

function invalid(message: string): SamlFault {
  return new SamlFault('signature', message);
}
