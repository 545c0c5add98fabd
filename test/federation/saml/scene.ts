import { ecKey, rsaKey, type SigningKey } from '../../../harness/saml-metadata.ts';
import {
  type AssertionParts,
  assertionXml,
  responseXml,
  type Signing,
  signed,
} from '../../../harness/saml-responses.ts';
import { childrenNamed, onlyChild, textOf } from '../../../src/federation/saml/elements.ts';
import { SAML } from '../../../src/federation/saml/namespaces.ts';
import { readAssertion } from '../../../src/federation/saml/read-assertion.ts';
import { type ResponseKeys, verifyResponse } from '../../../src/federation/saml/verify-response.ts';

/** What the suites of this directory share: keys, a good response, and who a response is about. */

export const NOW = Date.UTC(2026, 10, 22, 12);
export const RECIPIENT = 'https://id.example.com/saml';
export const KEY = rsaKey();
export const OTHER_KEY = rsaKey();
export const EC_KEY = ecKey();
export const DECRYPTING = rsaKey();

export const parts = (more: Partial<AssertionParts> = {}): AssertionParts => ({
  now: NOW,
  recipient: RECIPIENT,
  ...more,
});
export const assertion = (more: Partial<AssertionParts> = {}): string => assertionXml(parts(more));
export const response = (content: string): string => responseXml(content, { now: NOW });

/** A response whose assertion is signed. */
export const assertionSigned = (more: Partial<AssertionParts> = {}, key: SigningKey = KEY, how: Signing = {}): string =>
  signed(response(assertion(more)), 'Assertion', key, how);

/** A response that is signed as a whole. */
export const responseSigned = (more: Partial<AssertionParts> = {}, key: SigningKey = KEY): string =>
  signed(response(assertion(more)), 'Response', key);

const KEYS: ResponseKeys = {
  signingKeys: [OTHER_KEY, EC_KEY, KEY].map(({ publicKey }) => publicKey),
  privateKeys: () => [DECRYPTING.privateKey],
  isEncryptionRequired: false,
};

/** Everything that a verified response says. */
export function contentOf(xml: string): string {
  const { assertion: found } = verifyResponse(xml, KEYS);
  const read = readAssertion(found);
  return JSON.stringify({ ...read, attributes: [...read.attributes] });
}

/** The NameID of a verified response. */
export function personOf(xml: string, keys: Partial<ResponseKeys> = {}): string {
  const { assertion: found } = verifyResponse(xml, { ...KEYS, signingKeys: [KEY.publicKey], ...keys });
  const subject = onlyChild(found, SAML, 'Subject');
  const [nameId] = subject === undefined ? [] : childrenNamed(subject, SAML, 'NameID');
  return nameId === undefined ? '' : textOf(nameId);
}

export const ALL_KEYS = KEYS.signingKeys;
