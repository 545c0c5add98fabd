import { expect, test } from '@jest/globals';
import { shortcomingsOf } from '../../../src/store/redis/check-redis-server.ts';

const info = (version: string, aof: string, policy: string) =>
  `# Server\r\nredis_version:${version}\r\naof_enabled:${aof}\r\nmaxmemory_policy:${policy}\r\n`;

test.each([
  [info('6.2.0', '1', 'noeviction'), []],
  [info('10.0.1', '1', 'noeviction'), []],
  [info('6.0.9', '1', 'noeviction'), [/too old/]],
  [info('5.4.0', '0', 'noeviction'), [/too old/, /appendonly/]],
  [info('7.0.15', '1', 'volatile-ttl'), [/noeviction/]],
])('what a Redis server lacks: %j', (said, expected) => {
  expect(shortcomingsOf(said).map(({ text }) => text)).toEqual(
    expected.map((pattern) => expect.stringMatching(pattern)),
  );
});
