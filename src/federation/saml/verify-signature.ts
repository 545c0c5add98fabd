import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { attributeOf, childElements, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { namespacesAround } from './namespaces.ts';
import { digestOf, verifyText } from './signature-algorithms.ts';
import { readSignedInfo, requireSignatureShape } from './signature-shape.ts';
import { parseMessage } from './xml.ts';

/** The canonicaliser looks for each prefix at each attribute. Identity providers list one or two. */
const MAX_PREFIXES = 50;

/**
 * Verifies the enveloped signature of an element with any of the keys. The element is the one that is digested, whatever
 * IDs there are in the document. Changes the document: the signature is taken out.
 * @returns The canonical form of the element, without the signature: exactly the bytes whose digest is signed. Only this
 *   text may be read afterwards, never the document that it came from.
 * @throws {SamlFault} signature
 */
export function verifySignature(signed: Element, signature: Element, keys: readonly KeyObject[]): string {
  const { signedInfo, signatureValue } = requireSignatureShape(signature);
  const signedText = canonical(signedInfo, prefixListOf(childElements(signedInfo)[0]));
  // What is signed is read from its canonical form too.
  const info = readSignedInfo(parseMessage(signedText), signed);
  signed.removeChild(signature);
  const text = canonical(signed, prefixListOf(info.canonicalisation));
  if (!isSameDigest(digestOf(info.digest, text), info.digestValue)) {
    throw new SamlFault('signature', 'the signed element has been changed');
  }
  const { algorithm } = info;
  const suitable = keys.filter((key) => key.asymmetricKeyType === algorithm.keyType);
  if (suitable.some((key) => verifyText(algorithm, { text: signedText, key, signature: textOf(signatureValue) }))) {
    return text;
  }
  throw new SamlFault('signature', 'no signing certificate of the provider verifies the signature');
}

/** The element by exclusive canonicalisation. The prefixes in the list keep the namespaces that they have around it. */
function canonical(element: Element, prefixes: readonly string[]): string {
  const ancestorNamespaces = [...namespacesAround(element)].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
  try {
    return new ExclusiveCanonicalization().process(element, {
      inclusiveNamespacesPrefixList: [...prefixes],
      ancestorNamespaces,
    });
  } catch (cause) {
    throw new SamlFault('signature', 'the signed element has no canonical form', { cause });
  }
}

/** `InclusiveNamespaces`, in a transform or a canonicalisation method. @throws {SamlFault} signature */
function prefixListOf(method: Element | undefined): readonly string[] {
  const [list] = method === undefined ? [] : childElements(method);
  const text = list === undefined ? '' : (attributeOf(list, 'PrefixList') ?? '');
  const prefixes = text.split(/\s+/).filter((prefix) => prefix !== '');
  if (prefixes.length > MAX_PREFIXES) {
    throw new SamlFault('signature', `InclusiveNamespaces lists more than ${MAX_PREFIXES} prefixes`);
  }
  return prefixes;
}

function isSameDigest(computed: string, stated: string): boolean {
  const [a, b] = [Buffer.from(computed, 'base64'), Buffer.from(stated, 'base64')];
  return a.length === b.length && timingSafeEqual(a, b);
}
