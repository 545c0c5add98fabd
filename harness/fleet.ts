import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import type { MongoServer } from './mongo-server.ts';
import type { RedisServer } from './redis-server.ts';
import { type AccessKeyPair, type RunningServer, type StartOptions, startServer } from './start-server.ts';
import { withDatabase } from './stores-of-tests.ts';

/** Several server processes on the same stores, each with its own port, so that a test can choose which one to call. */
export interface Fleet {
  readonly servers: readonly RunningServer[];
  /** The environment with which each of them was started. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly count: number;
  /** If absent, all share one data directory of the embedded store. */
  readonly mongo?: Pick<MongoServer, 'uri'> | undefined;
  readonly redis?: Pick<RedisServer, 'url'> | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** The environment that differs between the servers. */
  readonly envOf?: (index: number) => Readonly<Record<string, string>>;
  readonly until?: StartOptions['until'];
}

/** Starts the servers concurrently, with the same secrets, and with a separate database and key prefix. */
export async function startFleet({ count, mongo, redis, env: more, envOf, until }: FleetOptions): Promise<Fleet> {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-fleet-'));
  const name = `rolecall-${randomBytes(6).toString('hex')}`;
  const env = {
    ROLECALL_DATA_DIR: join(directory, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ROLECALL_ADMIN_ACCESS_KEY_ID: 'AKIAFLEETADMINFLEETA',
    ROLECALL_ADMIN_SECRET_ACCESS_KEY: 'the administrator of a fleet, in 40 chars',
    ROLECALL_ROOT_EMAIL: `root-${name}@example.com`,
    ROLECALL_ACCOUNT_ALIAS: name,
    ...(mongo && { ROLECALL_MONGODB_URI: withDatabase(mongo.uri, name) }),
    ...(redis && { ROLECALL_REDIS_URL: redis.url, ROLECALL_REDIS_KEY_PREFIX: `${name}:` }),
    ...more,
  };
  const starts = await Promise.allSettled(
    Array.from({ length: count }, (_, index) =>
      startServer({ env: { ...env, ...envOf?.(index) }, ...(until !== undefined && { until }) }),
    ),
  );
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { servers, env, stop };
}

const options = ({ url, admin }: RunningServer, key?: AccessKeyPair) => ({
  endpoint: url,
  region: 'eu-central-1',
  credentials: key ?? admin,
  maxAttempts: 1,
});
export const iamOf = (server: RunningServer, key?: AccessKeyPair): IAM => new IAM(options(server, key));
/** For what is only read: asks again while the store server is too slow, as on a busy machine. */
export const patientIamOf = (server: RunningServer): IAM => new IAM({ ...options(server), maxAttempts: 20 });
export const stsOf = (server: RunningServer, key?: AccessKeyPair): STS => new STS(options(server, key));

/** A server of the fleet. Default: the first. */
export function at(fleet: Fleet, index = 0): RunningServer {
  const server = fleet.servers[index];
  if (server === undefined) throw new Error(`the fleet has no server ${index}`);
  return server;
}
