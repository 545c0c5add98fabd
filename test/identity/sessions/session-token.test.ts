import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SessionIdentity } from '../../../src/identity/sessions/session-identity.ts';
import {
  hasGenuineSignature,
  recogniseSessionToken,
  sessionSigner,
  temporarySecret,
} from '../../../src/identity/sessions/session-token.ts';
import type { KeyRing, SessionKeys } from '../../../src/keys/key-ring.ts';
import { signText } from '../../../src/keys/token-signer.ts';

const pair = generateKeyPairSync('ed25519');
const keys: SessionKeys = {
  kid: 'kid-1',
  privateKey: pair.privateKey,
  publicKey: pair.publicKey,
  macKey: Buffer.alloc(32, 1),
  credentialKey: Buffer.alloc(32, 2),
};
const keyRing = { sessionKeys: (kid: string) => (kid === keys.kid ? keys : undefined) } as KeyRing;
const identity: SessionIdentity = {
  type: 'AssumedRole',
  accountId: '123456789012',
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  roleName: 'reader',
  path: '/',
  uniqueId: 'AROAQNZGKIQY56JQ7WML',
  sessionName: 'session',
  session: {
    issuedAt: 1_790_000_000_000,
    expiresAt: 1_790_003_600_000,
    tags: [{ key: 'team', value: 'blue' }],
    transitiveTagKeys: ['team'],
    sessionPolicies: [],
    sessionPolicyArns: [],
  },
};
const { token, secretAccessKey } = await sessionSigner({
  keys,
  issuer: 'http://localhost:8080',
  signer: { sign: signText },
})(identity);

/** A character that has the same last byte, so that whoever cuts characters down to bytes takes it for the other. */
const doppelganger = (text: string, at: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 0x100) + text.slice(at + 1);

test('a token says whom it is for, and its secret can be derived again', () => {
  expect(recogniseSessionToken(token, keyRing)?.identity).toEqual(identity);
  expect(temporarySecret(keys, identity.accessKeyId, token)).toBe(secretAccessKey);
  expect(hasGenuineSignature(token, keys)).toBe(true);
});

describe('[S42] an altered token', () => {
  test('with characters that truncate to the same bytes is not recognised, and has a different secret', () => {
    for (let at = 0; at < token.length; at++) {
      const forged = doppelganger(token, at);
      expect(recogniseSessionToken(forged, keyRing)).toBeUndefined();
      expect(temporarySecret(keys, identity.accessKeyId, forged)).not.toBe(secretAccessKey);
    }
  });

  test('with characters that decoders skip is not recognised', () => {
    for (let at = 0; at <= token.length; at += 5) {
      for (const passedOver of [' ', '\n', '=', '\u0080', 'é', 'Ł', '.', '+', '/']) {
        expect(recogniseSessionToken(token.slice(0, at) + passedOver + token.slice(at), keyRing)).toBeUndefined();
      }
    }
  });

  test('in any place has a different secret', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: token.length - 1 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
        (at, put) => {
          const changed = token.slice(0, at) + put + token.slice(at + 1);
          return changed === token || temporarySecret(keys, identity.accessKeyId, changed) !== secretAccessKey;
        },
      ),
    );
  });
});

test('no text makes recognition throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => recogniseSessionToken(text, keyRing) === undefined));
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => recogniseSessionToken(`${a}.${b}.x`, keyRing) === undefined),
  );
});
