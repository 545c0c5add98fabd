import { afterEach, describe, expect, test } from '@jest/globals';
import { closeLeftovers } from '../support/leftovers.ts';
import { lineOf, runChild } from './children/run-child.ts';

const SUPERVISED = 'supervised.ts';
afterEach(closeLeftovers);

type Line = Readonly<Record<string, unknown>>;
const parsed = (lines: readonly string[]): Line[] => lines.map((line) => JSON.parse(line) as Line);
const GIVEN_UP = 'too many workers in a row ended before they served: no more are started';

describe('workers that repeatedly end before they serve', () => {
  test('are not restarted further, with the reason; the one that serves continues', async () => {
    const child = runChild(SUPERVISED, []);
    const line = JSON.parse(await lineOf(child, (each) => each.includes(GIVEN_UP))) as Line;
    expect(line).toMatchObject({ reason: 'no reader slot is left', serving: 1, failures: 5 });
    child.process.kill('SIGTERM');
    const { code, lines } = await child.ended;
    expect(code).toBe(0);
    // Two were started beside the first, and none in the place of the last two.
    expect(parsed(lines).filter(({ msg }) => msg === 'a worker ended and is replaced')).toHaveLength(4);
  });

  test('end the supervisor if none serves', async () => {
    const { code, lines } = await runChild(SUPERVISED, [], { env: { FAIL_FIRST: 'yes' } }).ended;
    expect(code).toBe(1);
    expect(parsed(lines).at(-1)).toMatchObject({ msg: GIVEN_UP, reason: 'no reader slot is left', serving: 0 });
  });
});
