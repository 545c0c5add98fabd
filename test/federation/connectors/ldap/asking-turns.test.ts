import { expect, test } from '@jest/globals';
import { askingTurns } from '../../../../src/federation/directory-client/asking-turns.ts';
import { DirectoryFault } from '../../../../src/federation/directory-client/directory-fault.ts';

const DOWN = new DirectoryFault('connection', 'connection refused');
const LONG_MS = 60_000;

/** Questions whose answers the test gives, over a clock that it sets. */
function openTurns(longestMs = LONG_MS) {
  const clock = { now: 0 };
  const inTurn = askingTurns(() => clock.now, longestMs);
  const asked: { readonly answer: (text: string) => void; readonly fail: (error: Error) => void }[] = [];
  const ask = () =>
    inTurn(
      () =>
        new Promise<string>((resolve, reject) => {
          asked.push({ answer: resolve, fail: reject });
        }),
    ).catch((error: unknown) => error);
  return { clock, asked, ask };
}
const settled = async () => await new Promise((resolve) => setImmediate(resolve));
const REST = expect.objectContaining({ kind: 'timeout', message: 'the directory did not answer a moment ago' });

test('two questions are asked at a time, and the next one when one is answered', async () => {
  const { asked, ask } = openTurns();
  const answers = [ask(), ask(), ask()];
  await settled();
  expect(asked).toHaveLength(2);
  asked[1]?.answer('second');
  await settled();
  expect(asked).toHaveLength(3);
  asked[0]?.answer('first');
  asked[2]?.answer('third');
  expect(await Promise.all(answers)).toEqual(['first', 'second', 'third']);
});

test('those that wait fail with the first that finds no server, and so do others for half a minute', async () => {
  const { clock, asked, ask } = openTurns();
  const answers = [ask(), ask(), ask(), ask()];
  await settled();
  asked[0]?.fail(DOWN);
  await settled();
  asked[1]?.fail(DOWN);
  expect(await Promise.all(answers)).toEqual([DOWN, DOWN, REST, REST]);
  clock.now = 29_999;
  expect(await ask()).toEqual(REST);
  expect(asked).toHaveLength(2);
  clock.now = 30_000;
  const again = ask();
  await settled();
  asked[2]?.answer('back');
  expect(await again).toBe('back');
});

test.each([
  ['a person who is refused', new Error('gone')],
  ['a directory that refuses us', new DirectoryFault('result', 'insufficient access', { code: 50 })],
])('%s does not keep others from asking', async (_, fault) => {
  const { asked, ask } = openTurns();
  const first = ask();
  await settled();
  asked[0]?.fail(fault);
  expect(await first).toBe(fault);
  const second = ask();
  await settled();
  asked[1]?.answer('here');
  expect(await second).toBe('here');
});

test('nobody waits for an answer that does not come, and its turn is not given to others before it ends', async () => {
  const { clock, asked, ask } = openTurns(50);
  const late = expect.objectContaining({ kind: 'timeout', message: 'no answer in 50 ms' });
  expect(await Promise.all([ask(), ask()])).toEqual([late, late]);
  clock.now = 30_000;
  const waiting = ask();
  await settled();
  expect(asked).toHaveLength(2);
  asked[0]?.answer('at last');
  await settled();
  expect(asked).toHaveLength(3);
  expect(await waiting).toEqual(late);
});

test('nobody waits for a turn longer than for an answer: a slow directory must not hold up all requests', async () => {
  const { asked, ask } = openTurns(20);
  const answers = [ask(), ask(), ask(), ask()];
  const [, , third, fourth] = await Promise.all(answers);
  const late = expect.objectContaining({ kind: 'timeout', message: 'no turn in 20 ms' });
  expect([third, fourth]).toEqual([late, late]);
  expect(asked).toHaveLength(2);
});
