import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis } from 'ioredis';
import { NOT_CONNECTED } from './redis-errors.ts';
import { REDIS_SCRIPTS, type RedisCommands } from './redis-scripts.ts';
import type { RedisTarget } from './redis-url.ts';

export type RedisClient = (Redis | Cluster) & RedisCommands;

/** After this time without an answer a command fails, and a connection is considered dead and reopened; ms. */
const SILENCE_MS = 1_500;
const CONNECT_MS = 1_500;
/** Retries a failed connection soon at first, then every second, without limit. */
const retry = (times: number): number => Math.min(50 * 2 ** Math.min(times, 10), 1_000);

/**
 * Options common to all connections. The client must not queue or resend commands: a command that was pending when its connection
 * ended may have been executed, so it fails.
 */
function connectionOptions(target: RedisTarget, tls: ConnectionOptions | undefined) {
  return {
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: { ...tls } } : {}),
    connectionName: 'rolecall',
    // Not every server supports it, and an ACL may not allow it.
    disableClientInfo: true,
    connectTimeout: CONNECT_MS,
    // If the server does not answer, closing the client delays the end of the process by this much.
    disconnectTimeout: 250,
    commandTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old master refuses writes: reconnect to find the new one.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
  };
}

/** Opens the client for a target. It connects and reconnects by itself, and reports failures through events. */
export function openRedisClient(target: RedisTarget, tls?: ConnectionOptions): RedisClient {
  const client = openTopology(target, connectionOptions(target, tls));
  for (const [name, lua] of Object.entries(REDIS_SCRIPTS)) client.defineCommand(name, { numberOfKeys: 1, lua });
  return client as RedisClient;
}

/**
 * A cluster without its offline queue, in which commands wait indefinitely. The option that disables the queue would also refuse
 * commands while a single node connects, and a node only connects on its first command.
 */
class QueuelessCluster extends Cluster {
  override sendCommand(...[command, ...rest]: Parameters<Cluster['sendCommand']>): unknown {
    // The client uses `cluster` to find out whether it is ready.
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
        // Sentinels report a failover at once.
        failoverDetector: true,
        ...(common.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: common.tls }),
      });
    case 'cluster':
      return new QueuelessCluster([...target.nodes], {
        clusterRetryStrategy: retry,
        enableAutoPipelining: true,
        // A command whose connection ended must not be resent; see above.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        maxRedirections: 5,
        slotsRefreshTimeout: 1_000,
        slotsRefreshInterval: 5_000,
        // Certificates are issued for names, so leave their resolution to TLS.
        ...(common.tls === undefined ? {} : { dnsLookup: (name, done) => done(null, name) }),
        redisOptions: common,
      });
  }
}
