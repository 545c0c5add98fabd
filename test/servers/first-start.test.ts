import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fleet, iamOf, startFleet, stsOf } from '../../harness/fleet.ts';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';

let mongo: MongoServer;
let redis: RedisServer;
beforeAll(async () => {
  [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
});
afterAll(async () => {
  await Promise.all([mongo?.stop(), redis?.stop()]);
});

const MADE_UP = {
  ROLECALL_ADMIN_ACCESS_KEY_ID: '',
  ROLECALL_ADMIN_SECRET_ACCESS_KEY: '',
  ROLECALL_ADMIN_PASSWORD: '',
  ROLECALL_ROOT_PASSWORD: '',
};

/** The one that printed secrets, and what it printed. */
function toldBy(fleet: Fleet): readonly string[] {
  return fleet.servers.map(({ process }) => process?.stdout() ?? '').filter((text) => text.includes('export AWS_'));
}

describe.each([
  ['embedded', () => ({})],
  ['MongoDB + Redis', () => ({ mongo, redis })],
  ['MongoDB alone', () => ({ mongo })],
  ['Redis alone', () => ({ redis })],
])('four processes that start concurrently on an empty store: %s', (_pair, stores) => {
  test.each([
    ['made up', { ROLECALL_ACCOUNT_ID: '' }],
    ['given', { ROLECALL_ACCOUNT_ID: '123456789012' }],
  ])('[S32] one account, whose id is %s; one administrator, whose secrets one of them prints', async (_id, id) => {
    const fleet = await startFleet({ count: 4, ...stores(), env: { ...MADE_UP, ...id } });
    try {
      const told = toldBy(fleet);
      expect(told).toHaveLength(1);
      const accessKeyId = /AWS_ACCESS_KEY_ID=(\S+)/.exec(told[0] ?? '')?.[1] ?? '';
      const secretAccessKey = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(told[0] ?? '')?.[1] ?? '';
      const key = { accessKeyId, secretAccessKey };
      const accounts = new Set<string | undefined>();
      for (const server of fleet.servers) {
        accounts.add((await stsOf(server, key).getCallerIdentity({})).Account);
        expect((await iamOf(server, key).listUsers({})).Users?.map(({ UserName }) => UserName)).toEqual(['admin']);
      }
      expect(accounts.size).toBe(1);
      if (id.ROLECALL_ACCOUNT_ID !== '') expect([...accounts]).toEqual([id.ROLECALL_ACCOUNT_ID]);
      // One key ring: what one signs, each of them knows, and all publish the same keys.
      const [issuer, ...others] = fleet.servers;
      if (issuer === undefined) throw new Error('no server');
      const session = (await stsOf(issuer, key).getSessionToken({})).Credentials;
      const temporary = {
        accessKeyId: session?.AccessKeyId ?? '',
        secretAccessKey: session?.SecretAccessKey ?? '',
        sessionToken: session?.SessionToken ?? '',
      };
      for (const server of others) await stsOf(server, temporary).getCallerIdentity({});
      const keys = await Promise.all(fleet.servers.map(async ({ url }) => (await fetch(`${url}/oidc/jwks`)).text()));
      expect(new Set(keys).size).toBe(1);
    } finally {
      await fleet.stop();
    }
  });
});
