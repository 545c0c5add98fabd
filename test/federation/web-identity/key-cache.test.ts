import { describe, expect, test } from '@jest/globals';
import {
  COOL_DOWN_MS,
  FAILURE_MS,
  FRESH_MS,
  IDLE_MS,
  type IssuerKeys,
  KEPT_MS,
  LONGEST_FAILURE_MS,
  openKeyCache,
} from '../../../src/federation/web-identity/key-cache.ts';
import { type KeySet, readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { KeysUnavailable } from '../../../src/federation/web-identity/key-source.ts';
import { makeKey } from './outside-issuer.ts';

const ISSUER = 'https://id.example.com';
const DOWN = new KeysUnavailable('connect ECONNREFUSED', { isUnreachable: true });
const newSet = async (): Promise<KeySet> => readKeySet({ keys: [(await makeKey('k')).jwk] });

/** A cache whose fetches end when, and as, the test says. */
class Scene {
  time = 0;
  readonly flights: {
    readonly issuer: string;
    readonly land: (set: KeySet) => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  readonly keys: IssuerKeys = openKeyCache({
    elapsed: () => this.time,
    sourceOf: (issuer) => () =>
      new Promise((land, fail) => {
        this.flights.push({ issuer, land, fail });
      }),
    fetched: () => {},
  });
  /** Ends the last fetch. */
  async end(outcome: KeySet | Error): Promise<void> {
    const flight = this.flights.at(-1);
    if (outcome instanceof Error) flight?.fail(outcome);
    else flight?.land(outcome);
    await new Promise(setImmediate);
  }
  async first(outcome: KeySet | Error, issuer = ISSUER) {
    const asked = this.keys.of(issuer);
    asked.catch(() => {});
    await this.end(outcome);
    return asked;
  }
}

describe('[S47] the keys of issuers', () => {
  test('are fetched once for many calls at the same time, and then come from the cache', async () => {
    const scene = new Scene();
    const set = await newSet();
    const asked = Promise.all(Array.from({ length: 50 }, () => scene.keys.of(ISSUER)));
    await scene.end(set);
    expect(new Set(await asked)).toEqual(new Set([set]));
    await scene.keys.of(ISSUER);
    expect(scene.flights).toHaveLength(1);
  });

  test('are refreshed in the background, so calls do not wait', async () => {
    const scene = new Scene();
    const [old, newer] = [await newSet(), await newSet()];
    await scene.first(old);
    scene.time = FRESH_MS + 1;
    expect(await scene.keys.of(ISSUER)).toBe(old);
    expect(scene.flights).toHaveLength(2);
    expect(await scene.keys.of(ISSUER)).toBe(old);
    expect(scene.flights).toHaveLength(2);
    await scene.end(newer);
    expect(await scene.keys.of(ISSUER)).toBe(newer);
  });

  test('that no token has refreshed for long are refreshed before they are used: one may have been withdrawn', async () => {
    const scene = new Scene();
    const [old, newer] = [await newSet(), await newSet()];
    await scene.first(old);
    scene.time = IDLE_MS + 1;
    expect(await scene.first(newer)).toBe(newer);
    scene.time += IDLE_MS + 1;
    // The issuer is down: only the call that finds out waits.
    expect(await scene.first(DOWN)).toBe(newer);
    scene.time += LONGEST_FAILURE_MS;
    expect(await scene.keys.of(ISSUER)).toBe(newer);
    expect(scene.flights).toHaveLength(4);
  });

  test('that no token has refreshed for long stay in use if there is no room for a fetch', async () => {
    const scene = new Scene();
    const set = await newSet();
    await scene.first(set);
    for (let index = 0; index < 64; index += 1) scene.keys.of(`https://slow-${index}.example.com`).catch(() => {});
    scene.time = IDLE_MS + 1;
    expect(await scene.keys.of(ISSUER)).toBe(set);
  });

  test('stay in use while the issuer is down, and are refused once they are too old', async () => {
    const scene = new Scene();
    const set = await newSet();
    await scene.first(set);
    scene.time = KEPT_MS;
    expect(await scene.first(DOWN)).toBe(set);
    expect(await scene.keys.of(ISSUER)).toBe(set);
    scene.time += LONGEST_FAILURE_MS;
    await expect(scene.first(DOWN)).rejects.toMatchObject({ code: 'IDPCommunicationError', check: 'keys' });
    await expect(scene.first(set)).rejects.toMatchObject({ code: 'IDPCommunicationError' });
    scene.time += LONGEST_FAILURE_MS;
    expect(await scene.first(set)).toBe(set);
  });

  test('that cannot be fetched are retried with growing pauses', async () => {
    const scene = new Scene();
    await expect(scene.first(DOWN)).rejects.toMatchObject({ code: 'IDPCommunicationError' });
    const pauses = [FAILURE_MS, 2 * FAILURE_MS, 4 * FAILURE_MS, LONGEST_FAILURE_MS, LONGEST_FAILURE_MS];
    for (const [index, pause] of pauses.entries()) {
      scene.time += pause - 1;
      await expect(scene.keys.of(ISSUER)).rejects.toMatchObject({ code: 'IDPCommunicationError' });
      expect(scene.flights).toHaveLength(index + 1);
      scene.time += 1;
      await expect(scene.first(DOWN)).rejects.toMatchObject({ code: 'IDPCommunicationError' });
      expect(scene.flights).toHaveLength(index + 2);
    }
  });

  test('an unusable answer has an error code that SDKs do not retry', async () => {
    const wrong = new KeysUnavailable('it is not JSON', { isUnreachable: false });
    await expect(new Scene().first(wrong)).rejects.toMatchObject({ code: 'InvalidIdentityToken', check: 'keys' });
    await expect(new Scene().first(new Error('unexpected'))).rejects.toMatchObject({ code: 'IDPCommunicationError' });
  });

  test('are fetched again for a token that they do not verify: once for concurrent calls, and not more often than the cool-down', async () => {
    const scene = new Scene();
    const [old, newer] = [await newSet(), await newSet()];
    await scene.first(old);
    expect(await scene.keys.newerThan(ISSUER, old)).toBeUndefined();
    scene.time = COOL_DOWN_MS;
    const asked = Promise.all([1, 2, 3].map(() => scene.keys.newerThan(ISSUER, old)));
    await scene.end(newer);
    expect(await asked).toEqual([newer, newer, newer]);
    expect(scene.flights).toHaveLength(2);
    expect(await scene.keys.newerThan(ISSUER, old)).toBe(newer);
    expect(await scene.keys.newerThan(ISSUER, newer)).toBeUndefined();
    expect(scene.flights).toHaveLength(2);
  });

  test('that have not changed, or cannot be fetched, do not count as newer', async () => {
    const scene = new Scene();
    const set = await newSet();
    await scene.first(set);
    for (const outcome of [{ ...set }, DOWN]) {
      scene.time += COOL_DOWN_MS;
      const asked = scene.keys.newerThan(ISSUER, set);
      await scene.end(outcome);
      expect(await asked).toBeUndefined();
    }
    expect(await scene.keys.of(ISSUER)).toBe(set);
  });

  test('slow issuers do not delay others, and use a bounded number of connections', async () => {
    const scene = new Scene();
    const set = await newSet();
    await scene.first(set);
    const slow = Array.from({ length: 100 }, (_, index) => scene.keys.of(`https://slow-${index}.example.com`));
    const outcomes = Promise.allSettled(slow);
    expect(await scene.keys.of(ISSUER)).toBe(set);
    expect(scene.flights).toHaveLength(1 + 64);
    for (const { fail } of scene.flights.slice(1)) fail(DOWN);
    const codes = (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
    expect(new Set(codes)).toEqual(new Set(['IDPCommunicationError']));
    expect(await scene.first(set, 'https://another.example.com')).toBe(set);
  });

  test('a bounded number of calls waits for one issuer', async () => {
    const scene = new Scene();
    const asked = Array.from({ length: 1001 }, () => scene.keys.of(ISSUER));
    await expect(asked.at(-1)).rejects.toMatchObject({ detail: 'too many fetches at once' });
    const set = await newSet();
    await scene.end(set);
    expect(await asked[0]).toBe(set);
  });
});
