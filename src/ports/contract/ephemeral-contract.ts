import assert from 'node:assert/strict';
import type { Ephemeral } from '../ephemeral.ts';
import { atOnce, type ContractCase } from './contract-case.ts';
import { feedContract } from './feed-contract.ts';

/** What an adapter's test passes to the cases: the store, and a way to let time pass (moving a clock, or waiting). */
export interface EphemeralSubject {
  readonly ephemeral: Ephemeral;
  /** Lets this many milliseconds pass. */
  pass(ms: number): Promise<void>;
}

const LONG = 60_000;
const SHORT = 200;

const entries: readonly ContractCase<EphemeralSubject>[] = [
  {
    title: 'a value is returned until it is replaced or deleted',
    async run({ ephemeral }) {
      assert.equal(await ephemeral.get('e:1'), undefined);
      await ephemeral.set('e:1', 'one', LONG);
      await ephemeral.set('e:2', '', LONG);
      assert.deepEqual([await ephemeral.get('e:1'), await ephemeral.get('e:2')], ['one', '']);
      await ephemeral.set('e:1', 'é\u0000😀', LONG);
      assert.equal(await ephemeral.get('e:1'), 'é\u0000😀');
      await ephemeral.delete(['e:1', 'e:2', 'e:never']);
      await ephemeral.delete([]);
      assert.deepEqual([await ephemeral.get('e:1'), await ephemeral.get('e:2')], [undefined, undefined]);
    },
  },
  {
    title: 'keys and values may be long',
    async run({ ephemeral }) {
      const [one, other] = [`l:${'k'.repeat(3000)}1`, `l:${'k'.repeat(3000)}2`];
      await ephemeral.set(one, 'v'.repeat(100_000), LONG);
      assert.equal((await ephemeral.get(one))?.length, 100_000);
      assert.equal(await ephemeral.get(other), undefined);
    },
  },
  {
    title: 'an expired entry is never returned',
    async run({ ephemeral, pass }) {
      await ephemeral.set('x:set', 'v', SHORT);
      await ephemeral.setIfAbsent('x:absent', 'v', SHORT);
      await ephemeral.increment('x:count', 5, SHORT);
      await pass(SHORT);
      assert.equal(await ephemeral.get('x:set'), undefined);
      assert.equal(await ephemeral.take('x:set'), undefined);
      assert.equal(await ephemeral.compareAndSet('x:set', 'v', 'w', LONG), false);
      assert.equal(await ephemeral.setIfPresent('x:set', 'w', LONG), false);
      assert.equal(await ephemeral.setIfAbsent('x:absent', 'new', LONG), true);
      assert.equal(await ephemeral.increment('x:count', 1, LONG), 1);
    },
  },
  {
    title: 'replacing a value restarts its time to live',
    async run({ ephemeral, pass }) {
      await ephemeral.set('ttl:1', 'a', SHORT);
      await ephemeral.set('ttl:1', 'b', LONG);
      await ephemeral.set('ttl:2', 'a', LONG);
      await ephemeral.set('ttl:2', 'b', SHORT);
      await ephemeral.set('ttl:3', 'a', SHORT);
      await ephemeral.compareAndSet('ttl:3', 'a', 'b', LONG);
      await ephemeral.set('ttl:4', 'a', SHORT);
      await ephemeral.setIfPresent('ttl:4', 'b', LONG);
      await pass(SHORT);
      const left = await Promise.all(['ttl:1', 'ttl:2', 'ttl:3', 'ttl:4'].map((key) => ephemeral.get(key)));
      assert.deepEqual(left, ['b', undefined, 'b', 'b']);
    },
  },
  {
    title: 'setIfAbsent sets only if there is no live entry: of 50 concurrent calls, exactly one does',
    async run({ ephemeral }) {
      const { results } = await atOnce(50, (n) => ephemeral.setIfAbsent('a:1', String(n), LONG));
      assert.equal(results.filter((did) => did).length, 1);
      assert.equal(await ephemeral.get('a:1'), String(results.indexOf(true)));
      assert.equal(await ephemeral.setIfAbsent('a:1', 'later', LONG), false);
    },
  },
  {
    title: 'setIfPresent sets only if there is a live entry: nothing is there again after it was removed',
    async run({ ephemeral }) {
      assert.equal(await ephemeral.setIfPresent('p:none', 'v', LONG), false);
      assert.equal(await ephemeral.get('p:none'), undefined);
      await ephemeral.set('p:1', 'old', LONG);
      assert.equal(await ephemeral.setIfPresent('p:1', 'new', LONG), true);
      assert.equal(await ephemeral.get('p:1'), 'new');
      const { results } = await atOnce(50, async (n) => {
        if (n === 25) return void (await ephemeral.delete(['p:1']));
        return await ephemeral.setIfPresent('p:1', String(n), LONG);
      });
      assert.equal(results[25], undefined);
      assert.equal(await ephemeral.get('p:1'), undefined);
    },
  },
  {
    title: 'compareAndSet sets only if the current value is the expected one: of 50 concurrent calls, exactly one does',
    async run({ ephemeral }) {
      assert.equal(await ephemeral.compareAndSet('c:none', '', 'v', LONG), false);
      await ephemeral.set('c:1', 'old', LONG);
      const { results } = await atOnce(50, (n) => ephemeral.compareAndSet('c:1', 'old', `new${n}`, LONG));
      assert.equal(results.filter((did) => did).length, 1);
      assert.equal(await ephemeral.get('c:1'), `new${results.indexOf(true)}`);
    },
  },
  {
    title: 'of 50 concurrent takes of one entry, exactly one gets it',
    async run({ ephemeral }) {
      await ephemeral.set('t:1', 'code', LONG);
      const { results } = await atOnce(50, () => ephemeral.take('t:1'));
      assert.deepEqual(
        results.filter((got) => got !== undefined),
        ['code'],
      );
      assert.equal(await ephemeral.get('t:1'), undefined);
    },
  },
  {
    title: 'increment adds up 50 concurrent calls',
    async run({ ephemeral }) {
      const { results } = await atOnce(50, () => ephemeral.increment('i:1', 2, LONG));
      assert.deepEqual(
        [...results].sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, n) => 2 * (n + 1)),
      );
      assert.equal(await ephemeral.increment('i:1', -100, LONG), 0);
      assert.equal(await ephemeral.get('i:1'), '0');
    },
  },
  {
    title: 'a counter’s time to live is set when it is created, and not renewed',
    async run({ ephemeral, pass }) {
      await ephemeral.increment('i:2', 1, SHORT);
      await ephemeral.increment('i:2', 1, LONG);
      await pass(SHORT);
      assert.equal(await ephemeral.increment('i:2', 1, LONG), 1);
    },
  },
  {
    title: 'expiresIn returns the remaining lifetime of an entry or counter',
    async run({ ephemeral, pass }) {
      await ephemeral.set('left:1', 'a', LONG);
      await ephemeral.increment('left:2', 1, LONG);
      await ephemeral.set('left:3', 'a', SHORT);
      await pass(SHORT);
      for (const key of ['left:1', 'left:2']) {
        const left = (await ephemeral.expiresIn(key)) ?? 0;
        assert.ok(left > 0 && left <= LONG - SHORT, `${key} lives on for ${left} ms`);
      }
      assert.equal(await ephemeral.expiresIn('left:3'), undefined);
      assert.equal(await ephemeral.expiresIn('left:never'), undefined);
    },
  },
];

const sets: readonly ContractCase<EphemeralSubject>[] = [
  {
    title: 'an index set contains each member once',
    async run({ ephemeral }) {
      assert.deepEqual(await ephemeral.members('s:1'), []);
      await atOnce(20, (n) => ephemeral.addToSet('s:1', `m${n % 10}`, LONG));
      await ephemeral.addToSet('s:10', 'other', LONG);
      assert.equal((await ephemeral.members('s:1')).length, 10);
      await ephemeral.removeFromSet('s:1', 'm3');
      await ephemeral.removeFromSet('s:1', 'never');
      assert.deepEqual([...(await ephemeral.members('s:1'))].sort(), [
        'm0',
        'm1',
        'm2',
        'm4',
        'm5',
        'm6',
        'm7',
        'm8',
        'm9',
      ]);
      await ephemeral.delete(['s:1']);
      assert.deepEqual(await ephemeral.members('s:1'), []);
      assert.deepEqual(await ephemeral.members('s:10'), ['other']);
    },
  },
  {
    title: 'members may be long and contain any text',
    async run({ ephemeral }) {
      const members = ['', 'a\u0000b', 'm'.repeat(2000), `${'m'.repeat(2000)}n`, '😀'];
      for (const member of members) await ephemeral.addToSet('s:2', member, LONG);
      assert.deepEqual([...(await ephemeral.members('s:2'))].sort(), [...members].sort());
    },
  },
  {
    title: 'the longest time to live given to a set applies',
    async run({ ephemeral, pass }) {
      await ephemeral.addToSet('s:3', 'a', LONG);
      await ephemeral.addToSet('s:3', 'b', SHORT);
      await ephemeral.addToSet('s:4', 'a', SHORT);
      await ephemeral.addToSet('s:4', 'b', LONG);
      await pass(SHORT);
      assert.deepEqual([...(await ephemeral.members('s:3'))].sort(), ['a', 'b']);
      assert.deepEqual([...(await ephemeral.members('s:4'))].sort(), ['a', 'b']);
    },
  },
  {
    title: 'an expired set is empty, and does not regain its members when something is added',
    async run({ ephemeral, pass }) {
      await ephemeral.addToSet('s:5', 'old', SHORT);
      await pass(SHORT);
      assert.deepEqual(await ephemeral.members('s:5'), []);
      await ephemeral.addToSet('s:5', 'new', LONG);
      assert.deepEqual(await ephemeral.members('s:5'), ['new']);
    },
  },
];

/** The full contract of an ephemeral adapter. */
export const ephemeralContract: readonly ContractCase<EphemeralSubject>[] = [...entries, ...sets, ...feedContract];
