import { describe, expect, test } from '@jest/globals';
import { parseRedisUrl, RedisUrlError } from '../../../src/store/redis/redis-url.ts';

const node = (host: string, port = 6379) => ({ host, port });

describe('Redis URLs', () => {
  test.each([
    ['redis://cache', { topology: 'single', nodes: [node('cache')], tls: false, db: 0 }],
    ['redis://127.0.0.1:7000/3', { topology: 'single', nodes: [node('127.0.0.1', 7000)], tls: false, db: 3 }],
    ['rediss://[::1]:7000/', { topology: 'single', nodes: [node('::1', 7000)], tls: true, db: 0 }],
    [
      'redis://rolecall:p%40ss%3A%2F@cache',
      { topology: 'single', nodes: [node('cache')], tls: false, db: 0, username: 'rolecall', password: 'p@ss:/' },
    ],
    ['redis://:a:b@cache', { topology: 'single', nodes: [node('cache')], tls: false, db: 0, password: 'a:b' }],
    [
      'redis+sentinel://u:p@s1,s2:7001/main/2?sentinel_username=w&sentinel_password=x%26y',
      {
        topology: 'sentinel',
        nodes: [node('s1', 26379), node('s2', 7001)],
        tls: false,
        db: 2,
        username: 'u',
        password: 'p',
        masterName: 'main',
        sentinelUsername: 'w',
        sentinelPassword: 'x&y',
      },
    ],
    [
      'REDISS+CLUSTER://a:1,b:2,[::1]:3',
      { topology: 'cluster', nodes: [node('a', 1), node('b', 2), node('::1', 3)], tls: true, db: 0 },
    ],
  ])('%s', (url, target) => {
    expect(parseRedisUrl(url)).toEqual(target);
  });

  test.each([
    'http://u:hunter2@cache',
    'redis:hunter2',
    'redis://u:hunter2@',
    'redis://u:hunter2@a,b',
    'redis://u:hunter2@cache:99999',
    'redis://u:hunter2@cache:hunter2',
    'redis://hunter2@cache',
    'redis://u:hunter2%zz@cache',
    'redis://u:hunter2@cache/one',
    'redis://u:hunter2@cache/1/2',
    'redis://u:hunter2@cache?tls=hunter2',
    'redis+sentinel://u:hunter2@cache',
    'redis+cluster://u:hunter2@cache/1',
    'redis+sentinel://cache/main?password=hunter2',
  ])('%s is refused, without any of it in the message', (url) => {
    let thrown: unknown;
    try {
      parseRedisUrl(url);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RedisUrlError);
    expect(String(thrown)).not.toMatch(/hunter2/);
  });
});
