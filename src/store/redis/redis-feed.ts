import type { Clock } from '../../kernel/clock.ts';
import { type FeedListener, feedListeners } from '../feed-listeners.ts';
import type { RedisAsking } from './ask-redis.ts';
import type { LogReply } from './redis-scripts.ts';

export interface RedisFeedDependencies {
  readonly redis: Pick<RedisAsking, 'ask'>;
  readonly clock: Clock;
  /** The key of the log, and the channel that rings when something was added. */
  readonly key: string;
  /** Makes a text that no other message has. */
  readonly token: () => string;
  readonly onFault: (fault: unknown) => void;
}

export interface RedisFeed {
  publish(topic: string, message: string): Promise<void>;
  subscribe(topic: string, hear: (message: string) => void, missed?: () => void): () => void;
  heardUntil(): number;
  /** Reads the log on now: when a message rang, or the connection is back. Never rejects. */
  read(): Promise<void>;
  close(): void;
}

/** The message heard last. An id is a time and a number, which a failover may give out anew: the token tells those apart. */
interface Cursor {
  readonly id: string;
  readonly token: string;
}

interface Message extends Cursor {
  readonly topic: string;
  readonly text: string;
}

/** How often the log is read, whether it rang or not; ms. */
const POLL_MS = 250;
/** So many messages the log keeps at least. */
const REMEMBERED = 10_000;
const AT_ONCE = 1_000;

/**
 * The change feed: a log (a stream) that every process reads on from where it was. A message rings on a channel, so that it is read at once;
 * but only the log counts: it is read four times a second in any case, and each read begins with the message heard last. Where
 * that one is not there any more, the log was cut short or lost (a failover), and the listeners are told that they missed something.
 */
export function openRedisFeed({ redis, clock, key, token, onFault }: RedisFeedDependencies): RedisFeed {
  const listeners = feedListeners(onFault);
  let cursor: Cursor | undefined;
  let until = 0;
  /** Reads are numbered as they are asked, because an answer may come after a later one's. */
  let asked = 0;
  let answered = 0;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  /** Takes in what the log answered to a read from `from`; tells whether the log may have more. */
  function take(reply: LogReply, { from, number, at }: { from: Cursor; number: number; at: number }): boolean {
    const [first, ...rest] = reply.map(messageOf);
    if (first?.id !== from.id || first.token !== from.token) {
      // Where others moved the cursor meanwhile, this says nothing of it.
      if (cursor === from) cursor = undefined;
      return true;
    }
    for (const message of rest) {
      if (cursor === undefined || !isAfter(message.id, cursor.id)) continue;
      cursor = message;
      listeners.deliver(message.topic, message.text);
    }
    const more = rest.length + 1 >= AT_ONCE;
    if (!more && cursor !== undefined && number > answered) {
      answered = number;
      until = at;
    }
    return more;
  }

  /** Begins at the log's end: what was before is missed, for whoever listened then. */
  async function begin(): Promise<void> {
    const at = clock.now();
    const number = ++asked;
    const [last] = (await redis.ask((client) => client.lastMessage(key, token()))).map(messageOf);
    if (last === undefined) return;
    cursor = last;
    answered = number;
    until = at;
    listeners.missed();
  }

  async function readOn(): Promise<void> {
    let more = true;
    while (more && !closed) {
      if (cursor === undefined) return await begin();
      const from = cursor;
      const request = { from, number: ++asked, at: clock.now() };
      more = take(await redis.ask((client) => client.xrange(key, from.id, '+', 'COUNT', AT_ONCE)), request);
    }
  }

  /** One read at a time; one that is asked for meanwhile follows, because the one under way may have looked too early. */
  async function read(): Promise<void> {
    if (reading !== undefined) {
      again = true;
      return reading;
    }
    reading = (async () => {
      try {
        do {
          again = false;
          await readOn();
        } while (again && !closed);
      } catch {
        // The connection's failures are told where they happen; heardUntil() stands still, and the next round tries again.
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  }

  const timer = setInterval(read, POLL_MS);
  timer.unref();

  return {
    async publish(topic, message) {
      if (cursor === undefined) await begin();
      const from = cursor ?? { id: '-', token: '' };
      const request = { from, number: ++asked, at: clock.now() };
      const args = [key, topic, message, token(), REMEMBERED, key, from.id, AT_ONCE];
      const reply = await redis.ask((client) => client.publishMessage(...args));
      // Who has published has also heard it here.
      if (take(reply, request)) await read();
    },
    subscribe(topic, hear, missed) {
      const listener: FeedListener = { topic, hear, missed };
      return listeners.add(listener);
    },
    heardUntil: () => until,
    read,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

function messageOf([id, fields]: LogReply[number]): Message {
  const [, topic = '', , text = '', , token = ''] = fields;
  return { id, topic, text, token };
}

function isAfter(id: string, other: string): boolean {
  const [[time = 0, number = 0], [otherTime = 0, otherNumber = 0]] = [numbersOf(id), numbersOf(other)];
  return time === otherTime ? number > otherNumber : time > otherTime;
}

function numbersOf(id: string): readonly number[] {
  return id.split('-').map(Number);
}
