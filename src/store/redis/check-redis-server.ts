import { Cluster } from 'ioredis';
import type { RedisClient } from './open-redis-client.ts';

/** What is wrong with a server's settings, by what it says of itself (`INFO`). Empty where nothing is. */
export function shortcomingsOf(info: string): readonly string[] {
  const value = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const [major = 0, minor = 0] = value('redis_version').split('.').map(Number);
  const isOld = major < 6 || (major === 6 && minor < 2);
  return [
    ...(isOld ? ['redis is too old: version 6.2 at least is needed'] : []),
    ...(value('aof_enabled') === '0'
      ? ['redis keeps no append-only file: a restart loses sessions, codes and replay guards; set appendonly yes']
      : []),
    ...(['', 'noeviction'].includes(value('maxmemory_policy'))
      ? []
      : ['redis may drop what has not expired, replay guards too; set maxmemory-policy noeviction']),
  ];
}

/** Tells, once each, what the data servers that are connected lack. One that does not say goes unjudged. */
export function serverChecks(client: RedisClient, tell: (fault: Error) => void): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    const servers = client instanceof Cluster ? client.nodes('master') : [client];
    for (const info of await Promise.allSettled(servers.map((server) => server.info()))) {
      if (info.status === 'rejected') continue;
      for (const shortcoming of shortcomingsOf(info.value)) {
        if (told.has(shortcoming)) continue;
        told.add(shortcoming);
        tell(new Error(shortcoming));
      }
    }
  };
}
