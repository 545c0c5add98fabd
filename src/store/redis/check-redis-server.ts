import { Cluster } from 'ioredis';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { RedisClient } from './open-redis-client.ts';
import { bareError } from './redis-errors.ts';

/** A problem with a server's settings. */
export interface Shortcoming {
  readonly text: string;
  /** Whether stored data is at risk: single-use guards and failure counts may vanish. */
  readonly isUnsafe: boolean;
}

const safe = (text: string): Shortcoming => ({ text, isUnsafe: false });
const unsafe = (text: string): Shortcoming => ({ text, isUnsafe: true });

const INFO_REFUSED =
  'redis refuses INFO to the user of the URL, so that its maxmemory-policy is not known; allow it (+info)';

/** The problems with a server's settings according to its `INFO` output. */
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
      : [unsafe('redis may evict unexpired data, including replay guards; set maxmemory-policy noeviction')]),
  ];
}

/** Tracks the settings of the servers. */
export interface RedisServerCheck {
  /** Checks the connected data servers, and reports each problem once. */
  run(): Promise<void>;
  /** The problems found by the last check. */
  shortcomings(): readonly Shortcoming[];
  /** @throws {StoreUnavailableError} if stored data is at risk. */
  requireSafe(): void;
}

export function redisServerCheck(client: RedisClient, report: (fault: Error) => void): RedisServerCheck {
  const reported = new Set<string>();
  let found: readonly Shortcoming[] = [];

  async function askOne(server: { info(): Promise<string> }): Promise<readonly Shortcoming[] | undefined> {
    try {
      return shortcomingsOf(await server.info());
    } catch (failure) {
      // Without an answer nothing new is known, but if `INFO` is not permitted, that is a finding.
      return /^NOPERM/.test(bareError(failure).message) ? [unsafe(INFO_REFUSED)] : undefined;
    }
  }

  return {
    async run() {
      const servers = client instanceof Cluster ? client.nodes('master') : [client];
      const answers = await Promise.all(servers.map(askOne));
      if (servers.length === 0 || answers.includes(undefined)) return;
      found = answers.flatMap((answer) => answer ?? []);
      for (const { text } of found) {
        if (reported.has(text)) continue;
        reported.add(text);
        report(new Error(text));
      }
      for (const text of reported) if (!found.some((each) => each.text === text)) reported.delete(text);
    },
    shortcomings: () => found,
    requireSafe() {
      const [first] = found.filter(({ isUnsafe }) => isUnsafe);
      if (first !== undefined) throw new StoreUnavailableError(first.text, { reason: 'evicting' });
    },
  };
}
