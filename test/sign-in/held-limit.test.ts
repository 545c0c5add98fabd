import { describe, expect, test } from '@jest/globals';
import { MOST_HELD, MOST_HELD_OF_ADDRESS, openHeldLimit } from '../../src/sign-in/connectors/held-limit.ts';

const ANSWER = 128 * 1024;

function opened() {
  let now = 0;
  const mayHold = openHeldLimit({ now: () => now });
  /** How many answers of one address are held. */
  const fill = (ip: string, most = Number.POSITIVE_INFINITY): number => {
    let held = 0;
    while (held < most && mayHold(ip, ANSWER)) held += 1;
    return held;
  };
  return { mayHold, fill, pass: (ms: number) => (now += ms) };
}

describe('posted answers that are held', () => {
  test('are limited for one address, and others go on', () => {
    const { fill, mayHold } = opened();
    expect(fill('192.0.2.1')).toBe(MOST_HELD_OF_ADDRESS / ANSWER);
    expect(mayHold('192.0.2.1', 1)).toBe(false);
    expect(mayHold('192.0.2.2', ANSWER)).toBe(true);
  });

  test('are limited for all addresses together', () => {
    const { fill } = opened();
    let held = 0;
    for (let host = 1; host < 100; host++) held += fill(`192.0.2.${host}`);
    expect(held).toBe(MOST_HELD / ANSWER);
  });

  test('are limited for an IPv6 network, whatever the address', () => {
    const { fill } = opened();
    let held = 0;
    for (let net = 0; net < 50; net++) held += fill(`2001:db8:1:${net.toString(16)}::1`);
    expect(held).toBe((2 * MOST_HELD_OF_ADDRESS) / ANSWER);
  });

  test('count for a minute', () => {
    const { fill, mayHold, pass } = opened();
    fill('192.0.2.1');
    pass(59_999);
    expect(mayHold('192.0.2.1', 1)).toBe(false);
    pass(1);
    expect(mayHold('192.0.2.1', ANSWER)).toBe(true);
  });
});
