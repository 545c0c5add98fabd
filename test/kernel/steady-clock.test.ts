import { describe, expect, test } from '@jest/globals';
import { steadyClock } from '../../src/kernel/steady-clock.ts';

function setUp() {
  const time = { wall: 1_000_000, elapsed: 50 };
  const clock = { now: () => time.wall, monotonic: () => time.elapsed };
  return { time, clock, steady: steadyClock(clock) };
}

describe('a steady clock', () => {
  test('agrees with the clock as long as nobody sets it', () => {
    const { time, steady } = setUp();
    expect(steady.now()).toBe(1_000_000);
    time.wall += 10;
    time.elapsed += 10;
    expect(steady.now()).toBe(1_000_010);
  });

  test('[S36] continues when the clock is set back', () => {
    const { time, steady } = setUp();
    const before = steady.now();
    time.wall -= 3_600_000;
    expect(steady.now()).toBe(before);
    time.elapsed += 700;
    time.wall += 700;
    expect(steady.now()).toBe(before + 700);
  });

  test('jumps ahead with the clock, as after a sleep that the monotonic clock does not count', () => {
    const { time, steady } = setUp();
    const before = steady.now();
    time.wall += 60_000;
    expect(steady.now()).toBe(before + 60_000);
  });

  test('is the same for everyone with the same clock, even if opened after it was set back', () => {
    const { time, clock, steady } = setUp();
    steady.now();
    time.wall -= 3_600_000;
    expect(steadyClock(clock)).toBe(steady);
    expect(steadyClock(steady)).toBe(steady);
  });
});
