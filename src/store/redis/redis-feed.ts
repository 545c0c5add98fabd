import type { Clock } from '../../kernel/clock.ts';
import { feedListeners } from '../feed-listeners.ts';
import type { RedisAsking } from './ask-redis.ts';
import type { LogReply } from './redis-scripts.ts';

export interface RedisFeedDependencies {
  readonly redis: Pick<RedisAsking, 'ask'>;
  /** Of {@link steadyClock}: heardUntil() goes by it. */
  readonly steady: Clock;
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
export function openRedisFeed({ redis, steady, key, token, onFault }: RedisFeedDependencies): RedisFeed {
  const listeners = feedListeners(onFault);
  let cursor: Cursor | undefined;
  let until = 0;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  /** Begins at the log's end: what was before is missed, for whoever listened then. */
  async function begin(): Promise<void> {
    const at = steady.now();
    const [last] = await redis.ask((client) => client.lastMessage(key, token()));
    if (last === undefined) throw new Error('redis: the feed has no last message');
    cursor = messageOf(last);
    until = at;
    listeners.missed();
  }

  /** Reads what there is; tells whether there may be more. */
  async function readSome(from: Cursor): Promise<boolean> {
    const at = steady.now();
    const log = await redis.ask((client) => client.xrange(key, from.id, '+', 'COUNT', AT_ONCE));
    const [first, ...rest] = log.map(messageOf);
    if (first?.id !== from.id || first.token !== from.token) {
      await begin();
      return false;
    }
    for (const message of rest) {
      cursor = message;
      listeners.deliver(message.topic, message.text);
    }
    const more = log.length === AT_ONCE;
    if (!more) until = at;
    return more;
  }

  async function readOn(): Promise<void> {
    try {
      do {
        again = false;
        if (cursor === undefined) await begin();
        else if (await readSome(cursor)) again = true;
      } while (again && !closed);
    } catch {
      // The connection's failures are told where they happen; heardUntil() stands still, and the next round tries again.
    } finally {
      reading = undefined;
    }
  }

  /** One read at a time; where one is asked for meanwhile another follows, because the one under way may have looked too early. */
  function read(): Promise<void> {
    if (reading !== undefined) again = true;
    reading ??= readOn();
    return reading;
  }

  /** Whether the log was read up to that message. */
  const isHeard = (id: string): boolean => cursor !== undefined && !isAfter(id, cursor.id);

  const timer = setInterval(read, POLL_MS);
  timer.unref();

  return {
    async publish(topic, message) {
      const args = [key, topic, message, token(), REMEMBERED, key] as const;
      const id = await redis.ask((client) => client.publishMessage(...args));
      // Who has published has also heard it here. It rang meanwhile, so that a read may be under way that has it.
      if (reading !== undefined) await reading;
      if (!isHeard(id)) await read();
    },
    subscribe(topic, hear, missed) {
      return listeners.add({ topic, hear, missed });
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
