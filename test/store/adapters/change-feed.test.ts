import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { open, type RootDatabase } from 'lmdb';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { type ChangeFeed, openChangeFeed } from '../../../src/store/embedded/change-feed.ts';
import { openWriteQueue } from '../../../src/store/embedded/write-queue.ts';

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;

describe('two readers of one feed', () => {
  const directory = temporaryDirectory();
  let root: RootDatabase<Buffer, Buffer>;
  let time = 0;
  let setBack = 0;
  let isOver = false;
  const polled: ChangeFeed[] = [];
  beforeEach(() => {
    time = Date.now();
    setBack = 0;
    isOver = false;
    root = open({ ...BINARY, path: directory.path, noSubdir: false, overlappingSync: false, eventTurnBatching: false });
  });
  afterEach(async () => {
    isOver = true;
    for (const feed of polled.splice(0)) feed.close();
    await root.close();
    directory.remove();
  });

  /** @param isPolled whether it reads on by itself; else only when it is asked, so that a test says when. */
  function reader(isPolled = false) {
    const queue = openWriteQueue(root, () => Promise.resolve());
    const feed = openChangeFeed({
      feed: root.openDB<Buffer, Buffer>('feed', BINARY),
      queue,
      clock: { now: () => time - setBack, monotonic: () => time },
      refresh: () => root.resetReadTxn(),
      onFault: (fault) => {
        throw fault;
      },
    });
    if (isPolled) polled.push(feed);
    else feed.close();
    const heard: string[] = [];
    feed.subscribe(
      't',
      (message) => heard.push(message),
      () => heard.push('missed'),
    );
    return { feed, heard, trim: (most: number) => queue.write((writes) => feed.trim(writes, most)) };
  }

  test('a reader that sleeps past the feed’s retention is told that messages were missed, and receives the rest', async () => {
    const [awake, asleep] = [reader(), reader()];
    await awake.feed.publish('t', '1');
    expect(asleep.feed.completeUntil()).toBeLessThan(time + 1);
    time += 20;
    expect(asleep.feed.completeUntil()).toBe(time);
    await awake.feed.publish('t', '2');
    await awake.feed.publish('t', '3');
    time += 20 * 60_000;
    await awake.feed.publish('t', '4');
    expect(await awake.trim(2)).toBe(2);
    expect(await awake.trim(100)).toBe(1);
    expect(asleep.feed.completeUntil()).toBe(time);
    expect(asleep.heard).toEqual(['1', 'missed', '4']);
    expect(awake.heard).toEqual(['1', '2', '3', '4']);
  });

  test('the last message is never trimmed, so that the sequence continues', async () => {
    const one = reader();
    await one.feed.publish('t', '1');
    time += 20 * 60_000;
    expect(await one.trim(100)).toBe(0);
    const other = reader();
    await one.feed.publish('t', '2');
    time += 20;
    other.feed.completeUntil();
    expect(other.heard).toEqual(['2']);
  });

  test.each([
    ['by who asks', false],
    ['by who does not ask', true],
  ])('a message published after the clock was set back is received %s', async (_title, isPolled) => {
    const [publisher, other] = [reader(), reader(isPolled)];
    setBack = 3_600_000;
    await publisher.feed.publish('t', '1');
    time += 20;
    // The clock goes on while it waits: a poll may come before the message is stored, and the next one waits for the clock.
    if (isPolled) for (; other.heard.length === 0 && !isOver; time += 20) await wait(5);
    else expect(other.feed.completeUntil()).toBe(time);
    expect(other.heard).toEqual(['1']);
  });

  test('a listener may ask how far the feed is complete', async () => {
    const { feed } = reader();
    const asked: number[] = [];
    feed.subscribe('u', () => {
      time += 1_000;
      asked.push(feed.completeUntil());
    });
    const before = time;
    await feed.publish('u', 'm');
    expect(asked).toEqual([before]);
  });
});
