import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Passkey, passkeyShape } from '../../../src/identity/documents/passkey.ts';
import { openPasskeys, type PasskeySettings } from '../../../src/identity/passkeys/passkey-settings.ts';
import { verifyPasskey } from '../../../src/identity/passkeys/verify-passkey.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

/**
 * A passkey as it was stored once, and its answer to a challenge of that time. A version of the library, or of ours, that reads handles, keys
 * or client data in another way would accept new passkeys, and refuse everyone's present ones.
 */
interface Recorded {
  readonly signIn: string;
  readonly now: number;
  readonly token: string;
  readonly passkey: Passkey;
  readonly credential: object;
}

const ACCOUNT = '111122223333';
const { signIn, now, token, passkey, credential } = JSON.parse(
  readFileSync(new URL('./recorded-passkey.json', import.meta.url), 'utf8'),
) as Recorded;
let scene: OpenIdentities;
let settings: PasskeySettings;
beforeAll(async () => {
  scene = await openIdentities();
  await scene.addAccount(ACCOUNT, { passkeys: [passkeyShape.parse(passkey)] });
  settings = openPasskeys({
    publicUrl: 'https://id.example.org',
    keyRing: { secret: (purpose) => createHash('sha256').update(purpose).digest() },
    ephemeral: scene.ephemeral,
    clock: { now: () => now },
    random: scene.random,
    observe: () => {},
  });
});
afterAll(() => scene.close());

const verify = (answer: object) =>
  verifyPasskey(scene.identities, settings, { signIn, token, credential: JSON.stringify(answer), now });

test('[S27] [WebAuthn L3 §14.6.1] a passkey and its answer that an earlier version stored are still accepted, once', async () => {
  const { holder, isUserVerified } = await verify(credential);
  expect([holder.accountId, isUserVerified]).toEqual([ACCOUNT, true]);
  await expect(verify(credential)).rejects.toThrow('expired');
});

test('[S27] the handle of a person is the same in every version: random bytes that tell nothing of them', () => {
  const handle = settings.userHandleOf(ACCOUNT);
  expect([handle.length, handle.toString('base64url')]).toEqual([32, passkey.userHandle]);
});
