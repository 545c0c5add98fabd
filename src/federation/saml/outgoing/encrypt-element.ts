import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { XMLDSIG, XMLENC, XMLENC11 } from '../namespaces.ts';
import { canonicalElement } from './canonical-element.ts';

const AES_256_GCM = `${XMLENC11}aes256-gcm`;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

const algorithm = (name: string, uri: string): string => canonicalElement(name, { attributes: { Algorithm: uri } }, '');

/**
 * How the key is wrapped: RSA-OAEP, whose digest and mask function use the same hash (XML Encryption 1.1 §5.5.2). With SHA-1, where a collision
 * helps nobody, every receiver understands it. About other combinations, receivers disagree.
 */
const KEY_ENCRYPTIONS = {
  RSA_OAEP: {
    oaepHash: 'sha1',
    uri: `${XMLENC}rsa-oaep-mgf1p`,
    // The prefix is declared by KeyInfo around it.
    parameters: algorithm('ds:DigestMethod', `${XMLDSIG}sha1`),
  },
  RSA_OAEP_256: {
    oaepHash: 'sha256',
    uri: `${XMLENC11}rsa-oaep`,
    parameters:
      algorithm('ds:DigestMethod', `${XMLENC}sha256`) +
      canonicalElement(
        'xenc11:MGF',
        { namespaces: { xenc11: XMLENC11 }, attributes: { Algorithm: `${XMLENC11}mgf1sha256` } },
        '',
      ),
  },
} as const;
export type KeyEncryption = keyof typeof KEY_ENCRYPTIONS;

/** For whom something is encrypted. */
export interface EncryptionTarget {
  /** RSA. */
  readonly publicKey: KeyObject;
  readonly keyEncryption: KeyEncryption;
}

/**
 * Encrypts an element: AES-256-GCM under a key of its own, which is wrapped (XML Encryption 1.1 §5.2.4).
 * @param element In its canonical form, so that it does not depend on namespaces around it.
 * @returns An EncryptedData in its canonical form.
 */
export function encryptElement(element: string, { publicKey, keyEncryption }: EncryptionTarget): string {
  const { oaepHash, uri, parameters } = KEY_ENCRYPTIONS[keyEncryption];
  const key = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const data = Buffer.concat([nonce, cipher.update(element, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, key);
  key.fill(0);
  const method = (algorithmUri: string, content = ''): string =>
    canonicalElement('xenc:EncryptionMethod', { attributes: { Algorithm: algorithmUri } }, content);
  const encryptedKey = canonicalElement('xenc:EncryptedKey', {}, method(uri, parameters) + cipherData(wrapped));
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
