import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { XMLDSIG, XMLENC } from '../namespaces.ts';
import { canonicalElement } from './canonical-element.ts';

const AES_256_GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * Encrypts an element: AES-256-GCM under a key of its own, which RSA-OAEP wraps (XML Encryption 1.1 §5.2.4, §5.5.2). The digest of OAEP and
 * its mask function are SHA-1, where a collision helps nobody: receivers disagree about every other combination.
 * @param element In its canonical form, so that it does not depend on namespaces around it.
 * @returns An EncryptedData in its canonical form.
 */
export function encryptElement(element: string, publicKey: KeyObject): string {
  const key = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const data = Buffer.concat([nonce, cipher.update(element, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, key);
  key.fill(0);
  const digest = canonicalElement(
    'ds:DigestMethod',
    // Declared by KeyInfo around it.
    { attributes: { Algorithm: `${XMLDSIG}sha1` } },
    '',
  );
  const method = (algorithm: string, content = ''): string =>
    canonicalElement('xenc:EncryptionMethod', { attributes: { Algorithm: algorithm } }, content);
  const encryptedKey = canonicalElement(
    'xenc:EncryptedKey',
    {},
    method(`${XMLENC}rsa-oaep-mgf1p`, digest) + cipherData(wrapped),
  );
  return canonicalElement(
    'xenc:EncryptedData',
    { namespaces: { xenc: XMLENC }, attributes: { Type: `${XMLENC}Element` } },
    method(AES_256_GCM) +
      canonicalElement('ds:KeyInfo', { namespaces: { ds: XMLDSIG } }, encryptedKey) +
      cipherData(data),
  );
}

function cipherData(bytes: Buffer): string {
  const value = canonicalElement('xenc:CipherValue', {}, bytes.toString('base64'));
  return canonicalElement('xenc:CipherData', {}, value);
}
