import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { boundedOutput } from '../../src/app/log/bounded-output.ts';

/** An output whose sink takes so much of each write, then fails, or keeps the write until it is let go on. */
function output({ most = 20 } = {}) {
  let taken = '';
  let failure: Error | undefined;
  let takes = Number.POSITIVE_INFINITY;
  let isStopped = false;
  let later = (): void => {};
  const told: string[] = [];
  let time = 0;
  const take = (bytes: Buffer): number => {
    const part = bytes.subarray(0, takes);
    taken += part;
    return part.length;
  };
  const bounded = boundedOutput({
    sink: {
      write(bytes, done) {
        const act = () => done(failure, take(bytes));
        if (isStopped) later = act;
        else queueMicrotask(act);
      },
      writeNow(bytes) {
        if (failure !== undefined) throw failure;
        return take(bytes);
      },
    },
    maxBytes: most,
    gapLine: (lines) => `gap ${lines}\n`,
    warn: (text) => void told.push(text),
    now: () => time,
  });
  return {
    write: (text: string) => bounded.write(Buffer.from(text)),
    bounded,
    told,
    taken: () => taken,
    fail(bytes: number) {
      takes = bytes;
      failure = new Error('no space left');
    },
    mend() {
      takes = Number.POSITIVE_INFINITY;
      failure = undefined;
    },
    stop: () => {
      isStopped = true;
    },
    goOn() {
      isStopped = false;
      later();
    },
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const soon = () => jest.advanceTimersByTimeAsync(0);

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] }));
afterEach(() => void jest.useRealTimers());

test('lines come out in order', async () => {
  const { write, taken, bounded, told } = output();
  write('a\n');
  write('b\n');
  await bounded.drain(100);
  write('c\n');
  await bounded.drain(100);
  expect([taken(), told, bounded.dropped()]).toEqual(['a\nb\nc\n', [], 0]);
});

describe('a sink that stalls', () => {
  test('has lines buffered up to a limit; newer lines are dropped and counted, and a line marks the gap', async () => {
    const { write, taken, bounded, stop, goOn, told } = output();
    stop();
    write('aaaa\nbbbb\n');
    write('cccc\ndddd\n');
    write('eeee\nffff\n');
    write('g\n');
    expect([taken(), bounded.dropped()]).toEqual(['', 3]);
    await soon();
    goOn();
    await soon();
    write('h\n');
    await soon();
    expect(taken()).toBe('aaaa\nbbbb\ncccc\ndddd\ngap 3\nh\n');
    expect(told).toEqual([expect.stringMatching(/standard output does not accept log lines .* dropped so far: 2/)]);
  });

  test('is reported once a minute', () => {
    const { write, stop, told, pass } = output({ most: 2 });
    stop();
    for (let i = 0; i < 4; i++) {
      for (const line of ['a\n', 'b\n', 'c\n']) write(line);
      pass(30_000);
    }
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('dropped so far: 6');
  });

  test('delays the end of a process only up to a limit, and the unwritten lines are reported', async () => {
    const { write, bounded, stop, told } = output();
    stop();
    write('a\nb\n');
    write('c\n');
    const settled = bounded.drain(500);
    await jest.advanceTimersByTimeAsync(500);
    await settled;
    expect(told).toEqual(['standard output did not accept the last 3 log lines']);
  });

  test('is not given the same bytes twice', async () => {
    const { write, bounded, stop, goOn, taken } = output();
    stop();
    write('a\n');
    await soon();
    write('b\n');
    expect(bounded.writeNow()).toBe(true);
    goOn();
    await bounded.drain(100);
    expect(taken()).toBe('b\na\n');
  });
});

describe('a sink that fails', () => {
  test('is reported and retried, and given the rest of a partly written line', async () => {
    const { write, taken, bounded, fail, mend, told } = output();
    fail(3);
    write('abcdef\n');
    await soon();
    expect([taken(), told]).toEqual(['abc', [expect.stringContaining('no space left')]]);
    mend();
    await jest.advanceTimersByTimeAsync(1_000);
    write('g\n');
    await bounded.drain(100);
    expect([taken(), bounded.dropped()]).toEqual(['abcdef\ng\n', 0]);
  });

  test('does not accept the last lines of a process, which are reported as not written', () => {
    const { write, bounded, fail } = output();
    fail(0);
    write('a\n');
    expect(bounded.writeNow()).toBe(false);
  });

  test('reports the failure to a synchronous write', async () => {
    const { write, bounded, fail, mend, taken } = output();
    fail(0);
    write('a\n');
    await soon();
    expect(bounded.writeNow()).toBe(false);
    mend();
    expect([bounded.writeNow(), taken()]).toEqual([true, 'a\n']);
  });
});
