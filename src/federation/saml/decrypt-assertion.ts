import type { KeyObject } from 'node:crypto';
import { decrypt } from 'xml-encryption';
import { allElements, attributeOf, childElements, childrenNamed, isNamed, onlyChild, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { namespacesAround, SAML, XMLDSIG, XMLENC, XMLENC11 } from './namespaces.ts';
import { parseMessage } from './xml.ts';

const AUTHENTICATED = [`${XMLENC11}aes128-gcm`, `${XMLENC11}aes256-gcm`];
/** Not authenticated: an attacker who can submit modified ciphertexts may learn the plaintext. */
const MALLEABLE = [`${XMLENC}aes128-cbc`, `${XMLENC}aes256-cbc`];
/** RSA PKCS #1 v1.5 is not among them, for the same reason. */
const KEY_TRANSPORTS = [`${XMLENC}rsa-oaep-mgf1p`, `${XMLENC11}rsa-oaep`];
const OAEP_DIGESTS = [`${XMLDSIG}sha1`, `${XMLENC}sha256`, `${XMLENC}sha512`];
const MGFS = ['sha1', 'sha256', 'sha384', 'sha512'].map((hash) => `${XMLENC11}mgf1${hash}`);

/** Decrypts with the keys of one provider. */
export interface Decryption {
  readonly privateKeys: readonly KeyObject[];
  /** Whether the ciphertext is covered by a verified signature. Otherwise AES-CBC is refused. */
  readonly isSigned: boolean;
}

/** Decrypts an element of the assertion namespace, which must have this name. @throws {SamlFault} encryption */
export type DecryptElement = (encrypted: Element, name: string) => Element;

/** Decrypts an EncryptedAssertion (SAML V2.0 Core §2.3.4). See {@link decryptElement}. */
export function decryptAssertion(encrypted: Element, decryption: Decryption): Element {
  return decryptElement(encrypted, 'Assertion', decryption);
}

/**
 * Decrypts an EncryptedAssertion, EncryptedID or EncryptedAttribute. This proves nothing about the sender: everybody can
 * encrypt to a public key.
 * @returns The element, within a wrapper that declares the namespaces of the message: the element may rely on them.
 * @throws {SamlFault} encryption. Does not tell why the decryption failed.
 */
export function decryptElement(encrypted: Element, name: string, { privateKeys, isSigned }: Decryption): Element {
  const data = encryptedData(encrypted, isSigned ? [...AUTHENTICATED, ...MALLEABLE] : AUTHENTICATED);
  for (const key of privateKeys) {
    const plaintext = tryKey(data, key);
    if (plaintext === undefined) continue;
    return onlyElement(withNamespaces(encrypted, plaintext.replace(/^<\?xml[^?]*\?>/, '')), name);
  }
  const what = name === 'Assertion' ? 'assertion' : name;
  throw new SamlFault('encryption', `the ${what} cannot be decrypted with the private keys of the provider`);
}

/** What the library is given. */
interface CheckedData {
  /** A document of our own, with nothing but checked algorithms and base64. */
  readonly document: string;
  /** Whether the key encryption has the digest and the mask function that an algorithm without parameters has (SHA-1 for both). */
  readonly isPlainOaep: boolean;
}

function encryptedData(encrypted: Element, ciphers: readonly string[]): CheckedData {
  const data = onlyChild(encrypted, XMLENC, 'EncryptedData');
  const keys = [...allElements(encrypted)].filter((element) => isNamed(element, XMLENC, 'EncryptedKey'));
  const [key] = keys;
  if (data === undefined || key === undefined || keys.length > 1) {
    throw invalid(`${encrypted.localName} must have one EncryptedData and one EncryptedKey`);
  }
  const method = methodOf(key, KEY_TRANSPORTS);
  const parameters = childElements(method.element);
  const document = `<EncryptedData xmlns="${XMLENC}"><EncryptionMethod Algorithm="${methodOf(data, ciphers).algorithm}"/><KeyInfo xmlns="${XMLDSIG}"><EncryptedKey xmlns="${XMLENC}"><EncryptionMethod Algorithm="${method.algorithm}">${parameters
    .map(parameterOf)
    .join('')}</EncryptionMethod>${cipherOf(key)}</EncryptedKey></KeyInfo>${cipherOf(data)}</EncryptedData>`;
  const isPlainOaep = parameters.every((each) => /[#]mgf1sha1$|[#]sha1$/.test(attributeOf(each, 'Algorithm') ?? ''));
  return { document, isPlainOaep };
}

function methodOf(parent: Element, accepted: readonly string[]): { element: Element; algorithm: string } {
  const element = onlyChild(parent, XMLENC, 'EncryptionMethod');
  const algorithm = element && attributeOf(element, 'Algorithm');
  if (element === undefined || algorithm === undefined || !accepted.includes(algorithm)) {
    const hint = 'use AES-GCM and RSA-OAEP (AES-CBC only in a signed response)';
    throw invalid(`the encryption algorithm of ${parent.localName} is not accepted: ${hint}`);
  }
  return { element, algorithm };
}

function parameterOf(parameter: Element): string {
  const algorithm = attributeOf(parameter, 'Algorithm') ?? '';
  if (isNamed(parameter, XMLDSIG, 'DigestMethod') && OAEP_DIGESTS.includes(algorithm)) {
    return `<DigestMethod xmlns="${XMLDSIG}" Algorithm="${algorithm}"/>`;
  }
  if (isNamed(parameter, XMLENC11, 'MGF') && MGFS.includes(algorithm)) {
    return `<MGF xmlns="${XMLENC11}" Algorithm="${algorithm}"/>`;
  }
  throw invalid(`the parameter ${parameter.localName} of the key encryption is not accepted`);
}

function cipherOf(parent: Element): string {
  const [data] = childrenNamed(parent, XMLENC, 'CipherData');
  const value = data && onlyChild(data, XMLENC, 'CipherValue');
  const base64 = value === undefined ? '' : textOf(value).replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw invalid(`${parent.localName} has no CipherValue`);
  return `<CipherData><CipherValue>${base64}</CipherValue></CipherData>`;
}

function tryKey({ document, isPlainOaep }: CheckedData, key: KeyObject): string | undefined {
  let plaintext: string | undefined;
  const options = {
    // Reading a key from text costs as much as decrypting with it. The library passes the key on to node:crypto, which takes a KeyObject
    // too, unless it has to remove the padding itself.
    key: (isPlainOaep ? key : key.export({ type: 'pkcs8', format: 'pem' })) as Buffer | string,
    // `encryptedData` has decided which algorithms are accepted
    disallowDecryptionWithInsecureAlgorithm: false,
    warnInsecureAlgorithm: false,
  };
  decrypt(document, options, (error, result) => {
    if (!error) plaintext = result;
  });
  return plaintext;
}

function withNamespaces(element: Element, content: string): string {
  const declarations = [...namespacesAround(element)].map(
    ([prefix, value]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escaped(value)}"`,
  );
  return `<wrapper${declarations.join('')}>${content}</wrapper>`;
}

function escaped(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}

function onlyElement(text: string, name: string): Element {
  const [element, second] = childElements(parseMessage(text));
  if (element === undefined || second !== undefined || !isNamed(element, SAML, name)) {
    throw invalid(`the encrypted content is not one ${name}`);
  }
  return element;
}

function invalid(message: string): SamlFault {
  return new SamlFault('encryption', message);
}
