import { GetUserCommand } from '@aws-sdk/client-iam';
import type { SignInFacts } from '../../src/identity/credentials/sign-in-facts.ts';
import { mintSession } from '../../src/identity/sessions/mint.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openKeyRing } from '../../src/keys/open-key-ring.ts';
import { signText } from '../../src/keys/token-signer.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import { ACCOUNT_ID, type InProcessServer, type Key } from './in-process-server.ts';
import { firstRsaKeysKept } from './signing-keys.ts';

/** A session of the administrator of an in-process server on these collections, as it comes from a sign-in with such a factor. */
export async function administratorSession(
  server: InProcessServer,
  collections: CollectionStore,
  signIn: SignInFacts,
): Promise<Key> {
  const random = systemRandom();
  const keyRing = await openKeyRing({
    collections,
    keyEncryptionKey: Buffer.from('0123456789abcdef'.repeat(4), 'hex'),
    clock: systemClock,
    random,
    makePrivateKey: firstRsaKeysKept,
  });
  const { User } = await server.iam().send(new GetUserCommand({}));
  const mint = mintSession({ keyRing, signer: { sign: signText }, random, clock: systemClock, issuer: server.url });
  const { Path: path = '', UserName: userName = '', UserId: uniqueId = '' } = User ?? {};
  const facts = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };
  const session = { ...facts, signIn, mfaAuthenticatedAt: systemClock.now() };
  const { expiration: _, ...key } = await mint(
    { type: 'User', accountId: ACCOUNT_ID, userName, path, uniqueId, session },
    3600,
  );
  keyRing.close();
  return key;
}
