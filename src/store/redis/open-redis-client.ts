import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis } from 'ioredis';
import { NOT_CONNECTED } from './redis-errors.ts';
import { REDIS_SCRIPTS, type RedisCommands } from './redis-scripts.ts';
import type { RedisTarget } from './redis-url.ts';

export type RedisClient = (Redis | Cluster) & RedisCommands;

/** After how long without an answer a command fails, and a connection is taken for dead and made anew; ms. */
const SILENCE_MS = 1_500;
const CONNECT_MS = 1_500;
/** A failed connection is tried again soon, then each second, for ever. */
const retry = (times: number): number => Math.min(50 * 2 ** Math.min(times, 10), 1_000);

/**
 * What all connections have in common. Nothing waits in a queue of the client and nothing is sent a second time by it: what was
 * under way when a connection ended may have happened, and fails.
 */
function connectionOptions(target: RedisTarget, tls: ConnectionOptions | undefined) {
  return {
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: { ...tls } } : {}),
    connectionName: 'rolecall',
    // Not every server knows it, and an ACL need not allow it.
    disableClientInfo: true,
    connectTimeout: CONNECT_MS,
    // A closed client holds up the process's end for so long, where the server does not answer.
    disconnectTimeout: 250,
    commandTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old master refuses writes: find the new one.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
  };
}

/** Opens the client for a target; it connects by itself, again and again, and speaks of what fails by its events. */
export function openRedisClient(target: RedisTarget, tls?: ConnectionOptions): RedisClient {
  const client = openTopology(target, connectionOptions(target, tls));
  for (const [name, lua] of Object.entries(REDIS_SCRIPTS)) client.defineCommand(name, { numberOfKeys: 1, lua });
  return client as RedisClient;
}

/**
 * A cluster without its queue, in which commands wait without an end. The option that does away with it would also refuse what
 * comes while a single node connects, which is what the first command to a node makes it do.
 */
class QueuelessCluster extends Cluster {
  override sendCommand(...[command, ...rest]: Parameters<Cluster['sendCommand']>): unknown {
    // `cluster` is how the client finds out whether it is ready.
    if (this.status === 'ready' || command.name === 'cluster') return super.sendCommand(command, ...rest);
    command.reject(new Error(NOT_CONNECTED));
    return command.promise;
  }
}

type Common = ReturnType<typeof connectionOptions>;

function openTopology(target: RedisTarget, common: Common): Redis | Cluster {
  const alone = {
    ...common,
    db: target.db,
    retryStrategy: retry,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
  };
  switch (target.topology) {
    case 'single':
      return new Redis({ ...alone, ...target.nodes[0] });
    case 'sentinel':
      return new Redis({
        ...alone,
        sentinels: [...target.nodes],
        name: target.masterName,
        sentinelUsername: target.sentinelUsername,
        sentinelPassword: target.sentinelPassword,
        sentinelCommandTimeout: SILENCE_MS,
        sentinelRetryStrategy: retry,
        // Sentinels tell of a failover at once.
        failoverDetector: true,
        ...(common.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: common.tls }),
      });
    case 'cluster':
      return new QueuelessCluster([...target.nodes], {
        clusterRetryStrategy: retry,
        enableAutoPipelining: true,
        // A command whose connection ended must not be sent again, see above.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        maxRedirections: 5,
        slotsRefreshTimeout: 1_000,
        slotsRefreshInterval: 5_000,
        // Certificates are for names: leave those to TLS.
        ...(common.tls === undefined ? {} : { dnsLookup: (name, done) => done(null, name) }),
        redisOptions: common,
      });
  }
}
