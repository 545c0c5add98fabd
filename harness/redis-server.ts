import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endsWithUs } from './ends-with-us.ts';
import { freePort } from './free-port.ts';

/** A `redis-server` process owned by one test, with its own directory. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Sends a signal such as `SIGKILL`, `SIGSTOP` or `SIGCONT`. If the signal ends the process, resolves once it is gone. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Restarts it on the same port and files. */
  start(): Promise<void>;
  /** Stops it and removes its directory. */
  stop(): Promise<void>;
  /** A plain client to inspect the server. The caller closes it. */
  client(): Redis;
}

/** Several servers as a unit. `url` is a value for `ROLECALL_REDIS_URL`. */
export interface RedisServers {
  readonly url: string;
  /** The data servers. */
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

/** The settings of an installation that must not lose anything when killed (docs/redis.md). Tests need not wait for the disk. */
export const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];

/** The version of the server on the PATH. */
export function redisVersion(): string {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
  } catch (cause) {
    throw new Error('these suites need redis-server and redis-cli on the PATH (Debian: redis-server)', { cause });
  }
}

/** How to connect besides the port: with TLS and a password. Both also apply to its replicas. */
export interface RedisGuard {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly password: string;
}

/** A self-signed certificate for this machine, created with `openssl`. */
export function guardIn(directory: string, password: string): RedisGuard {
  const [keyFile, certificateFile] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...made, '-keyout', keyFile, '-out', certificateFile, ...subject], { stdio: 'pipe' });
  return { certificateFile, keyFile, password };
}

function guardArguments(port: number, { certificateFile, keyFile, password }: RedisGuard): string[] {
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-replication', 'yes'],
    ...['--tls-cert-file', certificateFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', certificateFile],
    ...['--requirepass', password],
  ];
}

/** Starts one server with the settings in `args`. With `sentinel`, starts a Sentinel. */
export async function startRedis(
  args: readonly string[] = [],
  { port = 0, sentinel = false, guard }: { port?: number; sentinel?: boolean; guard?: RedisGuard | undefined } = {},
): Promise<RedisServer> {
  const chosen = port === 0 ? await freePort() : port;
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-redis-'));
  const common = ['--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const own = guard === undefined ? ['--port', String(chosen)] : guardArguments(chosen, guard);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    // A Sentinel writes to its configuration file, so it must have one.
    const file = join(directory, 'sentinel.conf');
    if (sentinel) execFileSync('touch', [file]);
    const words = [...(sentinel ? [file, '--sentinel'] : []), ...own, ...common, ...args];
    const started = spawn(...endsWithUs('redis-server', words), { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      started.once('exit', () => reject(new Error(`redis-server ended at its start: ${log.slice(-2_000)}`)));
      started.once('error', reject);
      started.stdout?.on('data', (text) => {
        log = (log + String(text)).slice(-10_000);
        if (/Ready to accept connections|Sentinel ID is/.test(log)) resolve();
      });
    });
  }
  async function signal(name: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(name);
    if (name === 'SIGKILL' || name === 'SIGTERM') await ended;
  }
  await start();
  return {
    port: chosen,
    url: `redis://127.0.0.1:${chosen}/0`,
    signal,
    start,
    async stop() {
      await signal('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
    client: () => new Redis({ port: chosen, host: '127.0.0.1', maxRetriesPerRequest: 3, ...guardOptions(guard) }),
  };
}

function guardOptions(guard: RedisGuard | undefined) {
  return guard === undefined
    ? {}
    : { password: guard.password, tls: { ca: readFileSync(guard.certificateFile), servername: 'localhost' } };
}

/** A master, its replica, and three Sentinels that fail over after one second. */
export async function startSentinel(
  guard?: RedisGuard,
): Promise<RedisServers & { readonly master: RedisServer; readonly replica: RedisServer }> {
  const common = guard === undefined ? DURABLE : [...DURABLE, '--masterauth', guard.password];
  const master = await startRedis(common, { guard });
  const replica = await startRedis([...common, '--replicaof', '127.0.0.1', String(master.port)], { guard });
  await replicated(replica);
  const watch = [
    ...['--sentinel', 'monitor', 'main', '127.0.0.1', String(master.port), '2'],
    ...['--sentinel', 'down-after-milliseconds', 'main', '1000'],
    ...['--sentinel', 'failover-timeout', 'main', '3000'],
    ...(guard === undefined ? [] : ['--sentinel', 'auth-pass', 'main', guard.password]),
  ];
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedis(watch, { sentinel: true, guard })));
  await Promise.all(sentinels.map(sentinelsKnown));
  const servers = [master, replica];
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url:
      guard === undefined
        ? `redis+sentinel://${hosts}/main/0`
        : `rediss+sentinel://:${guard.password}@${hosts}/main/0?sentinel_password=${guard.password}`,
    master,
    replica,
    servers,
    stop: () => stopAll([...sentinels, ...servers]),
  };
}

/** Three masters, each with a replica that takes over after a second or two. */
export async function startCluster(guard?: RedisGuard): Promise<RedisServers> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-config-file', 'nodes.conf'];
  const guarded = guard === undefined ? [] : ['--tls-cluster', 'yes', '--masterauth', guard.password];
  const servers = await Promise.all(
    Array.from({ length: 6 }, async () =>
      startRedis([...DURABLE, ...options, ...guarded, '--cluster-port', String(await freePort())], { guard }),
    ),
  );
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'];
  const by = guard === undefined ? [] : ['--tls', '--cacert', guard.certificateFile, '-a', guard.password];
  execFileSync('redis-cli', [...by, ...create], { stdio: 'pipe' });
  await Promise.all(servers.map(clusterReady));
  const hosts = addresses.slice(0, 3).join(',');
  return {
    url: guard === undefined ? `redis+cluster://${hosts}` : `rediss+cluster://:${guard.password}@${hosts}`,
    servers,
    stop: () => stopAll(servers),
  };
}

/** The current role of a server in a cluster or pair: `master` or `slave`. */
export async function roleOf(server: RedisServer): Promise<string> {
  return await asking(server, async (client) => String((await client.role())[0]));
}

/** The server of a cluster that holds the key's slot. */
export async function holderOf(servers: readonly RedisServer[], key: string): Promise<RedisServer> {
  for (const server of servers) {
    const holds = await asking(server, async (client) => {
      if ((await client.role())[0] !== 'master') return false;
      return await client.exists(key).then(
        () => true,
        () => false,
      );
    }).catch(() => false);
    if (holds) return server;
  }
  throw new Error(`no server holds ${key}`);
}

async function asking<Result>(server: RedisServer, ask: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = server.client();
  client.on('error', () => {});
  try {
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

/** Servers that are not ready by then never will be, in ms. */
const READY_WITHIN_MS = 120_000;

/** @throws {Error} with the condition, if it does not come to hold. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${holds.toString()}`);
    await wait(50);
  }
}

const replicated = (server: RedisServer): Promise<void> =>
  until(() => asking(server, async (client) => (await client.info('replication')).includes('master_link_status:up')));

/** Waits until the replicas have caught up with their masters. Otherwise a failover may lose data at random. */
export async function allReplicated(servers: readonly RedisServer[]): Promise<void> {
  const state = (server: RedisServer) => asking(server, async (client) => await client.info('replication'));
  const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? -1);
  await Promise.all(
    servers.map(async (server) => {
      const now = await state(server);
      if (!now.includes('role:master')) return;
      const written = number(now, /master_repl_offset:(\d+)/);
      await until(async () => number(await state(server), /slave0:.*state=online,offset=(\d+)/) >= written);
    }),
  );
}

const clusterReady = (server: RedisServer): Promise<void> =>
  until(() =>
    asking(server, async (client) => {
      const linked = (await client.info('replication')).match(/role:master|master_link_status:up/) !== null;
      return linked && String(await client.cluster('INFO')).includes('cluster_state:ok');
    }),
  );

/** Waits until a Sentinel knows the others and the replica and so can fail over. */
const sentinelsKnown = (server: RedisServer): Promise<void> =>
  until(() =>
    asking(server, async (client) => {
      const state = String(await client.info('sentinel'));
      return /slaves=1,sentinels=3/.test(state);
    }),
  );

async function stopAll(servers: readonly RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
