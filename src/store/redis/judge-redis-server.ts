import { Cluster } from 'ioredis';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { RedisClient } from './open-redis-client.ts';
import { bareError } from './redis-errors.ts';

/** Something wrong with a server's settings. */
export interface Shortcoming {
  readonly text: string;
  /** Whether what is stored there is not safe: single-use guards and failure counts may vanish. */
  readonly isUnsafe: boolean;
}

const safe = (text: string): Shortcoming => ({ text, isUnsafe: false });
const unsafe = (text: string): Shortcoming => ({ text, isUnsafe: true });

const INFO_REFUSED =
  'redis refuses INFO to the user of the URL, so that its maxmemory-policy is not known; allow it (+info)';

/** What is wrong with a server's settings, by what it says of itself (`INFO`). Empty where nothing is. */
export function shortcomingsOf(info: string): readonly Shortcoming[] {
  const value = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const [major = 0, minor = 0] = value('redis_version').split('.').map(Number);
  const isOld = major < 6 || (major === 6 && minor < 2);
  return [
    ...(isOld ? [safe('redis is too old: version 6.2 at least is needed')] : []),
    ...(value('aof_enabled') === '0'
      ? [safe('redis keeps no append-only file: a restart loses sessions, codes and replay guards; set appendonly yes')]
      : []),
    ...(['', 'noeviction'].includes(value('maxmemory_policy'))
      ? []
      : [unsafe('redis may drop what has not expired, replay guards too; set maxmemory-policy noeviction')]),
  ];
}

/** What is known of the settings of the servers. */
export interface ServerJudge {
  /** Asks the data servers that are connected, and tells what they lack, once each. */
  judge(): Promise<void>;
  /** What they lacked when they were last asked. */
  shortcomings(): readonly Shortcoming[];
  /** @throws {StoreUnavailableError} if what is stored there is not safe. */
  requireSafe(): void;
}

export function serverJudge(client: RedisClient, tell: (fault: Error) => void): ServerJudge {
  const told = new Set<string>();
  let found: readonly Shortcoming[] = [];

  async function askOne(server: { info(): Promise<string> }): Promise<readonly Shortcoming[] | undefined> {
    try {
      return shortcomingsOf(await server.info());
    } catch (failure) {
      // Without an answer nothing new is known; a refusal stays one.
      return /^NOPERM/.test(bareError(failure).message) ? [unsafe(INFO_REFUSED)] : undefined;
    }
  }

  return {
    async judge() {
      const servers = client instanceof Cluster ? client.nodes('master') : [client];
      const answers = await Promise.all(servers.map(askOne));
      if (servers.length === 0 || answers.includes(undefined)) return;
      found = answers.flatMap((answer) => answer ?? []);
      for (const { text } of found) {
        if (told.has(text)) continue;
        told.add(text);
        tell(new Error(text));
      }
      for (const text of told) if (!found.some((each) => each.text === text)) told.delete(text);
    },
    shortcomings: () => found,
    requireSafe() {
      const [first] = found.filter(({ isUnsafe }) => isUnsafe);
      if (first !== undefined) throw new StoreUnavailableError(first.text, { reason: 'evicting' });
    },
  };
}
