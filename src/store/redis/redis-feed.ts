import type { Clock } from '../../kernel/clock.ts';
import { feedListeners } from '../feed-listeners.ts';
import type { RedisExecutor } from './redis-executor.ts';
import type { LogReply } from './redis-scripts.ts';

export interface RedisFeedDependencies {
  readonly redis: Pick<RedisExecutor, 'run'>;
  /** A {@link steadyClock}, used by completeUntil(). */
  readonly steady: Clock;
  /** The key of the log, and the name of the channel that announces new messages. */
  readonly key: string;
  /** Generates a unique text for each message. */
  readonly token: () => string;
  readonly onFault: (fault: unknown) => void;
}

export interface RedisFeed {
  publish(topic: string, message: string): Promise<void>;
  subscribe(topic: string, onMessage: (message: string) => void, missed?: () => void): () => void;
  completeUntil(): number;
  /** Reads the log: after an announcement, or when the connection is restored. Never rejects. */
  read(): Promise<void>;
  close(): void;
}

/** The last message heard. Its id is a time and a number, which may be reused after a failover; the token tells such messages apart. */
interface Cursor {
  readonly id: string;
  readonly token: string;
}

interface Message extends Cursor {
  readonly topic: string;
  readonly text: string;
}

/** How often the log is read even without an announcement; ms. */
const POLL_MS = 250;
/** The minimum number of messages that the log keeps. */
const REMEMBERED = 10_000;
const AT_ONCE = 1_000;

/**
 * The change feed: a log (a Redis stream) that every process reads from its own position. Each message is announced on a channel so that it
 * is read at once. But only the log counts: it is read four times a second anyway, and each read starts at the last message heard. If that
 * message is gone, the log was trimmed or lost (in a failover), and the listeners are told that they missed messages.
 */
export function openRedisFeed({ redis, steady, key, token, onFault }: RedisFeedDependencies): RedisFeed {
  const listeners = feedListeners(onFault);
  let cursor: Cursor | undefined;
  let until = 0;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  /** Starts at the end of the log. Listeners are told that they missed whatever came before. */
  async function begin(): Promise<void> {
    const at = steady.now();
    const [last] = await redis.run((client) => client.lastMessage(key, token()));
    if (last === undefined) throw new Error('redis: the feed has no last message');
    cursor = messageOf(last);
    until = at;
    listeners.missed();
  }

  /** Reads one batch. Returns whether there may be more. */
  async function readSome(from: Cursor): Promise<boolean> {
    const at = steady.now();
    const log = await redis.run((client) => client.xrange(key, from.id, '+', 'COUNT', AT_ONCE));
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
      // Connection failures are reported elsewhere. completeUntil() does not advance, and the next round tries again.
    } finally {
      reading = undefined;
    }
  }

  /** One read at a time. A call during a read triggers another one, because the current read may have started too early. */
  function read(): Promise<void> {
    if (reading !== undefined) again = true;
    reading ??= readOn();
    return reading;
  }

  /** Whether the log was read up to that message. */
  const isDelivered = (id: string): boolean => cursor !== undefined && !isAfter(id, cursor.id);

  const timer = setInterval(read, POLL_MS);
  timer.unref();

  return {
    async publish(topic, message) {
      const args = [key, topic, message, token(), REMEMBERED, key] as const;
      const id = await redis.run((client) => client.publishMessage(...args));
      // The publisher must also have heard its own message. The announcement may already have started a read that includes it.
      if (reading !== undefined) await reading;
      if (!isDelivered(id)) await read();
    },
    subscribe(topic, onMessage, missed) {
      return listeners.add({ topic, onMessage, missed });
    },
    completeUntil: () => until,
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
