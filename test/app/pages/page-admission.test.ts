import { describe, expect, test } from '@jest/globals';
import { pageAdmission } from '../../../src/app/pages/page-admission.ts';
import type { PageRequest } from '../../../src/app/pages/page-request.ts';

const RULES = { shortTurn: 1, longestPause: 10, room: 3 };

/** An event loop that turns when the test says so. */
function scene({ mayHash = () => true }: { mayHash?: () => boolean } = {}) {
  let now = 1000;
  let [turn, timer]: (() => void)[][] = [[], []];
  const log: string[] = [];
  const waits: number[] = [];
  const admission = pageAdmission({
    turns: {
      now: () => now,
      afterThis: (callback) => void turn?.push(callback),
      soon: (callback) => void timer?.push(callback),
    },
    mayHash,
    observeWait: (seconds) => void waits.push(seconds),
    rules: RULES,
  });
  const request = (name: string, more: Partial<PageRequest> = {}): PageRequest => ({
    networks: [name.split(':')[0] ?? ''],
    isKnown: false,
    isForm: false,
    start: () => void log.push(name),
    refuse: () => void log.push(`${name} refused`),
    ...more,
  });
  return {
    admission,
    log,
    waits,
    request,
    admit: (name: string, more?: Partial<PageRequest>) => admission.admit(request(name, more)),
    /** Ends a turn of so many ms. Returns whether the next one is watched. */
    turn(ms = 0): boolean {
      now += ms;
      const due = turn ?? [];
      turn = [];
      for (const callback of due) callback();
      return (turn?.length ?? 0) > 0;
    },
    timer(): void {
      const due = timer ?? [];
      timer = [];
      for (const callback of due) callback();
    },
  };
}

describe('when pages are started', () => {
  test('at once if none was started in this turn', () => {
    const { admit, log, turn } = scene();
    expect([admit('a'), log]).toEqual([false, ['a']]);
    expect(turn(0.5)).toBe(false);
    expect([admit('b'), log]).toEqual([false, ['a', 'b']]);
  });

  test('one in a turn', () => {
    const { admit, log, turn } = scene();
    expect(['a', 'b', 'c'].map((name) => admit(name))).toEqual([false, true, true]);
    turn(0.5);
    expect(log).toEqual(['a', 'b']);
    turn(0.5);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  test('not after a long turn, in which pages went on or calls were answered', () => {
    const { admit, log, turn } = scene();
    for (const name of ['a', 'b']) admit(name);
    turn(3);
    turn(3);
    expect(log).toEqual(['a']);
    turn(0.5);
    expect(log).toEqual(['a', 'b']);
  });

  test('after the longest pause, however long the turns are', () => {
    const { admit, log, turn } = scene();
    for (const name of ['a', 'b', 'c']) admit(name);
    for (let turns = 0; turns < 5; turns++) turn(5);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  test('a page that comes after a long turn waits for a short one, although nobody is before it', () => {
    const { admit, log, turn } = scene();
    admit('a');
    expect(turn(5)).toBe(true);
    expect([admit('b'), log]).toEqual([true, ['a']]);
    turn(0.5);
    expect(log).toEqual(['a', 'b']);
  });

  test('the time that each waited is measured', () => {
    const { admit, waits, turn } = scene();
    for (const name of ['a', 'b']) admit(name);
    turn(4);
    turn(0.5);
    expect(waits).toEqual([0, 0.0045]);
  });
});

describe('the order', () => {
  test('networks take turns', () => {
    const { admit, log, turn } = scene();
    for (const name of ['first', 'a:1', 'a:2', 'b:1']) admit(name);
    while (turn());
    expect(log).toEqual(['first', 'a:1', 'b:1', 'a:2']);
  });

  test('known browsers go first, but every fourth start is a stranger’s', () => {
    const { admit, log, turn } = scene();
    admit('first');
    for (const name of ['s:1', 's:2']) admit(name);
    for (const name of ['k:1', 'k:2', 'k:3']) admit(name, { isKnown: true });
    turn();
    turn();
    for (const name of ['k:4', 'k:5']) admit(name, { isKnown: true });
    while (turn());
    expect(log).toEqual(['first', 'k:1', 'k:2', 'k:3', 's:1', 'k:4', 'k:5', 's:2']);
  });

  test('forms and other pages take turns', () => {
    const { admit, log, turn } = scene();
    admit('first');
    for (const name of ['f:1', 'f:2']) admit(name, { isForm: true });
    for (const name of ['p:1', 'p:2']) admit(name);
    while (turn());
    expect(log).toEqual(['first', 'p:1', 'f:1', 'p:2', 'f:2']);
  });
});

describe('while too many passwords are being checked', () => {
  test('forms wait and other pages go on; the loop may sleep', () => {
    let isBusy = true;
    const { admit, log, turn, timer } = scene({ mayHash: () => !isBusy });
    expect(admit('f', { isForm: true })).toBe(true);
    expect(turn()).toBe(false);
    expect([admit('p'), log]).toEqual([false, ['p']]);
    while (turn());
    timer();
    while (turn());
    expect(log).toEqual(['p']);
    isBusy = false;
    timer();
    while (turn());
    expect(log).toEqual(['p', 'f']);
  });

  test('a form does not overtake those that wait', () => {
    let isBusy = true;
    const { admit, log, turn, timer } = scene({ mayHash: () => !isBusy });
    admit('a', { isForm: true });
    turn();
    isBusy = false;
    expect(admit('b', { isForm: true })).toBe(true);
    timer();
    while (turn());
    expect(log).toEqual(['a', 'b']);
  });
});

test('a client that has gone is not served', () => {
  const { admission, admit, log, request, turn } = scene();
  admit('first');
  const gone = request('a');
  admission.admit(gone);
  admit('b');
  admission.forget(gone);
  expect(admission.waiting).toBe(1);
  while (turn());
  expect(log).toEqual(['first', 'b']);
});

describe('if too many wait', () => {
  test('the newest of the network with most is refused, and what came is let in', () => {
    const { admission, admit, log } = scene();
    for (const name of ['first', 'a:1', 'a:2', 'a:3']) admit(name);
    expect([admit('b:1'), log, admission.waiting, admission.refused]).toEqual([
      true,
      ['first', 'a:3 refused'],
      RULES.room,
      1,
    ]);
  });

  test('the network with most is refused itself', () => {
    const { admit, log } = scene();
    for (const name of ['first', 'a:1', 'a:2', 'a:3']) admit(name);
    expect([admit('a:4'), log]).toEqual([false, ['first', 'a:4 refused']]);
  });

  test('strangers take no room from known browsers', () => {
    const { admit } = scene();
    for (const name of ['first', 'a', 'b', 'c']) admit(name);
    expect([admit('d'), admit('k', { isKnown: true })]).toEqual([false, true]);
  });
});

test('before the process ends, those that wait are refused', () => {
  const { admission, admit, log, turn } = scene({ mayHash: () => false });
  for (const name of ['first', 'a']) admit(name);
  admit('f', { isForm: true });
  admission.refuseWaiting();
  while (turn());
  expect([log.sort(), admission.waiting]).toEqual([['a refused', 'f refused', 'first'], 0]);
});
