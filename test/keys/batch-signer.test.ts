import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openBatchSigner, startSigningThread } from '../../src/keys/batch-signer.ts';
import type { BatchThread, BatchThreadEvents } from '../../src/keys/batch-thread.ts';
import { signText, type TokenSigner } from '../../src/keys/token-signer.ts';

const first = generateKeyPairSync('ed25519');
const second = generateKeyPairSync('ed25519');
type Pair = typeof first;

/** A signer whose threads, real ones, can be looked at; and what each was given. */
function openSigner() {
  const threads: (BatchThread<KeyObject> & { readonly texts: string[] })[] = [];
  const faults: unknown[] = [];
  const signer = openBatchSigner({
    onFault: (fault) => faults.push(fault),
    startThread(events: BatchThreadEvents) {
      const thread = startSigningThread(events);
      const texts: string[] = [];
      const watched = {
        ...thread,
        texts,
        post(given: readonly string[], key: Pair['privateKey']) {
          texts.push(...given);
          thread.post(given, key);
        },
      };
      threads.push(watched);
      return watched;
    },
  });
  open.push(signer);
  return { signer, threads, faults };
}

const open: TokenSigner[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((signer) => signer.close()));
});

const isSignature = (text: string, signature: string, { publicKey }: Pair): boolean =>
  verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));

const textsOf = (name: string, count = 20): string[] => Array.from({ length: count }, (_, n) => `${name}.${n}`);

/** Asks for signatures in one turn, and checks them by the public key. */
async function signAll(signer: TokenSigner, texts: readonly string[], pair: Pair = first): Promise<boolean> {
  const signatures = await Promise.all(texts.map((text) => signer.sign(text, pair.privateKey)));
  return texts.every((text, i) => isSignature(text, signatures[i] ?? '', pair));
}

/** Signs until the thread that was started as `number` takes part: one that is starting is not waited for. */
async function untilThreadSigns(
  { signer, threads }: ReturnType<typeof openSigner>,
  number = 1,
): Promise<BatchThread<KeyObject>> {
  for (;;) {
    expect(await signAll(signer, textsOf('warm'))).toBe(true);
    const thread = threads[number - 1];
    if (thread !== undefined && thread.texts.length > 0) return thread;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('[RFC 8032] signing here gives what signing in the thread gives: Ed25519 signatures are deterministic', async () => {
  const opened = openSigner();
  await untilThreadSigns(opened);
  const texts = textsOf('same');
  const signatures = await Promise.all(texts.map((text) => opened.signer.sign(text, first.privateKey)));
  expect(opened.threads[0]?.texts).toEqual(expect.arrayContaining(texts));
  expect(signatures).toEqual(texts.map((text) => signText(text, first.privateKey)));
});

describe('a signer', () => {
  test('signs a single text without a thread', async () => {
    const { signer, threads } = openSigner();
    for (const text of textsOf('alone', 3)) expect(await signAll(signer, [text])).toBe(true);
    expect(threads).toEqual([]);
  });

  test('signs while its thread is starting', async () => {
    const { signer, threads } = openSigner();
    expect(await signAll(signer, textsOf('early'))).toBe(true);
    expect(threads.map(({ texts }) => texts)).toEqual([[]]);
  });

  test('[S19] signs each text under its own key, even in the turn in which keys rotate', async () => {
    const opened = openSigner();
    await untilThreadSigns(opened);
    const texts = textsOf('rotated', 30);
    const pairs = texts.map((_, i) => (i % 3 === 0 ? second : first));
    const signatures = await Promise.all(
      texts.map((text, i) => opened.signer.sign(text, (pairs[i] as Pair).privateKey)),
    );
    for (const [i, text] of texts.entries())
      expect(isSignature(text, signatures[i] ?? '', pairs[i] as Pair)).toBe(true);
    expect(await signAll(opened.signer, texts, second)).toBe(true);
    expect(await signAll(opened.signer, texts, first)).toBe(true);
  });

  test('does the work of a crashed thread, and starts another', async () => {
    const opened = openSigner();
    const thread = await untilThreadSigns(opened);
    const underWay = signAll(opened.signer, textsOf('under way', 200));
    await new Promise(setImmediate);
    await thread.stop();
    expect(await underWay).toBe(true);
    expect(opened.faults).toEqual([new Error('the signing thread ended unexpectedly')]);
    expect(await signAll(opened.signer, textsOf('meanwhile'))).toBe(true);
    await untilThreadSigns(opened, 2);
    expect(opened.threads).toHaveLength(2);
  });

  test('signs itself what its thread cannot keep up with', async () => {
    const opened = openSigner();
    await untilThreadSigns(opened);
    const rounds = ['a', 'b', 'c'].map(async (name) => {
      const signed = signAll(opened.signer, textsOf(name, 300));
      await new Promise(setImmediate);
      return signed;
    });
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    expect(await Promise.all(rounds)).toEqual([true, true, true]);
  });

  test('signs waiting texts when closed, leaves no thread, and reports no fault', async () => {
    const opened = openSigner();
    const thread = await untilThreadSigns(opened);
    const waiting = signAll(opened.signer, textsOf('last', 50));
    await opened.signer.close();
    expect(await waiting).toBe(true);
    expect(opened.faults).toEqual([]);
    expect(await thread.stop()).toBeUndefined();
    expect(await signAll(opened.signer, textsOf('after'))).toBe(true);
    expect(opened.threads).toHaveLength(1);
  });

  test('signs itself if no thread can be started', async () => {
    const faults: unknown[] = [];
    const noThread = new Error('no thread');
    const signer = openBatchSigner({
      onFault: (fault) => faults.push(fault),
      startThread() {
        throw noThread;
      },
    });
    for (let turn = 0; turn < 3; turn++) expect(await signAll(signer, textsOf('here'))).toBe(true);
    expect(faults).toEqual([noThread]);
    await signer.close();
  });

  test('signs in this thread if configured so, batching the texts of a turn', async () => {
    const faults: unknown[] = [];
    const signer = openBatchSigner({ onFault: (fault) => faults.push(fault), startThread: undefined });
    open.push(signer);
    const done: string[] = [];
    const signing = ['a', 'b', 'c'].map(async (text) => {
      const signature = await signer.sign(text, first.privateKey);
      done.push(text);
      return signature;
    });
    await null;
    expect(done).toEqual([]);
    expect(await Promise.all(signing)).toEqual(['a', 'b', 'c'].map((text) => signText(text, first.privateKey)));
    expect(await signAll(signer, textsOf('many', 100))).toBe(true);
    expect(faults).toEqual([]);
  });

  test('reports a key that cannot sign', async () => {
    const { signer } = openSigner();
    const wrong = generateKeyPairSync('x25519').privateKey;
    await expect(signer.sign('text', wrong)).rejects.toThrow();
  });
});
