import { afterEach, expect, test } from '@jest/globals';
import { fittingKeys, readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import type { VerificationKey } from '../../../src/federation/web-identity/signature-algorithms.ts';
import {
  openTokenVerifier,
  startVerifyingThread,
  type TokenVerifier,
  verifyHere,
} from '../../../src/federation/web-identity/token-verifier.ts';
import type { BatchThread } from '../../../src/keys/batch-thread.ts';
import { type IssuerKey, makeKey, signToken } from './outside-issuer.ts';

const open: TokenVerifier[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((verifier) => verifier.close()));
});

/** A verifier with its threads, real ones, and the tokens that these were given. */
function openVerifier() {
  const threads: BatchThread<VerificationKey>[] = [];
  const given: string[] = [];
  const faults: unknown[] = [];
  const verifier = openTokenVerifier({
    onFault: (fault) => faults.push(fault),
    startThread(events) {
      const thread = startVerifyingThread(events);
      threads.push(thread);
      return {
        ...thread,
        post(texts, key) {
          given.push(...texts);
          thread.post(texts, key);
        },
      };
    },
  });
  open.push(verifier);
  return { verifier, threads, given, faults };
}

const keyOf = (issuer: IssuerKey, alg = 'ES256'): VerificationKey => {
  const [key] = fittingKeys(readKeySet({ keys: [issuer.jwk] }), { alg, kid: issuer.jwk.kid });
  if (key === undefined) throw new Error('no key fits');
  return key;
};
const tokensOf = (key: IssuerKey, count: number) =>
  Promise.all(Array.from({ length: count }, (_, run) => signToken(key, { iss: 'https://a.example', run })));

/** Verifies until the thread takes part: one that is starting is not waited for. */
async function untilThreadVerifies(
  { verifier, given }: ReturnType<typeof openVerifier>,
  tokens: string[],
  key: VerificationKey,
) {
  while (given.length === 0) {
    await Promise.all(tokens.map((token) => verifier.verify(token, key)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Forms of one token that its key must not verify. */
function forgeriesOf(token: string, other: string): readonly string[] {
  const [head = '', body = '', signature = ''] = token.split('.');
  const [, otherBody = '', otherSignature = ''] = other.split('.');
  return [
    `${head}.${otherBody}.${signature}`,
    `${head}.${body}.${otherSignature}`,
    `${head}.${body}.`,
    `${head}.${body}.AAAA`,
    `${head}.${body}.${signature}${signature}`,
    '',
  ];
}

test('[S11] the thread accepts and refuses what this thread does, each token on its own', async () => {
  const opened = openVerifier();
  const [signer, another] = [await makeKey('k'), await makeKey('k')];
  const [own, wrong] = [keyOf(signer), keyOf(another)];
  const tokens = await tokensOf(signer, 20);
  await untilThreadVerifies(opened, tokens, own);
  opened.given.length = 0;
  const forged = forgeriesOf(tokens[0] as string, tokens[1] as string);
  const mixed = tokens.flatMap((token, i) => [token, forged[i % forged.length] as string]);
  const verify = (token: string, key: VerificationKey) => opened.verifier.verify(token, key);
  const results = await Promise.all(mixed.map((token) => verify(token, own)));
  expect(results).toEqual(mixed.map((_, i) => i % 2 === 0));
  expect(results).toEqual(mixed.map((token) => verifyHere(token, own)));
  expect(await Promise.all(tokens.map((token, i) => verify(token, i % 2 === 0 ? own : wrong)))).toEqual(
    tokens.map((_, i) => i % 2 === 0),
  );
  expect(opened.given).toEqual(expect.arrayContaining(mixed));
  expect(opened.faults).toEqual([]);
});

test('verifies what a thread that ended has left', async () => {
  const opened = openVerifier();
  const signer = await makeKey('k');
  const tokens = await tokensOf(signer, 20);
  const key = keyOf(signer);
  await untilThreadVerifies(opened, tokens, key);
  const underWay = Promise.all([...tokens, 'a.b.c'].map((token) => opened.verifier.verify(token, key)));
  await new Promise(setImmediate);
  await opened.threads[0]?.stop();
  expect(await underWay).toEqual([...tokens.map(() => true), false]);
  expect(opened.faults).toEqual([new Error('the verifying thread ended unexpectedly')]);
});
