import { availableParallelism } from 'node:os';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, redisVersion, startRedis } from '../../harness/redis-server.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { withDatabase } from '../../harness/stores-of-tests.ts';
import type { Bench, PreparedBench, Workload } from '../bench.ts';
import { processTreeCpu } from '../thread-cpu.ts';
import { pinCores } from './cores.ts';
import { startGenerators } from './generators.ts';
import { OPERATIONS } from './operations.ts';
import { APP, prepareTarget, type Target } from './target.ts';

/** The pairs of stores that can be measured. */
export const STORES = ['embedded', 'mongo+redis'] as const;
export type Stores = (typeof STORES)[number];

export const OPERATION_NAMES: readonly string[] = Object.keys(OPERATIONS);

/** The benches of one pair of stores, on servers that run until they are stopped. */
export interface StoresBenches {
  readonly benches: readonly Bench[];
  stop(): Promise<void>;
}

export interface StoresBenchOptions {
  readonly stores: Stores;
  /** The number of processes of each server. The first server is the baseline. */
  readonly processes: readonly number[];
  /** The operations to measure. */
  readonly names: readonly string[];
  /** Called with a description of the machine and the servers. */
  readonly log: (line: string) => void;
}

/** Enough that the servers are the bottleneck. Each takes at most one core. */
const GENERATORS = 2;

interface Measured {
  readonly variant: string;
  readonly server: RunningServer;
  readonly target: Target;
}

/** Starts the stores and the servers. */
export async function openStoresBenches({ stores, processes, names, log }: StoresBenchOptions): Promise<StoresBenches> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    log(
      `${availableParallelism()} cores, Node ${process.version}, ${GENERATORS} processes that put load on the servers`,
    );
    const cores = pinCores(processes, GENERATORS);
    const env = stores === 'embedded' ? () => ({}) : await startStores(ends, log);
    const measured: Measured[] = [];
    for (const count of processes) {
      const server = await startServer({
        stdoutFile: '/dev/null',
        startedBy: cores.startedBy(count),
        env: { ...env(count), ROLECALL_WORKERS: String(count), ROLECALL_TRUSTED_PROXIES: '127.0.0.1' },
        config: { oidc: { clients: [APP] } },
      });
      ends.push(server.stop);
      const variant = `${stores}, ${count} ${count === 1 ? 'process' : 'processes'}`;
      log(`${variant}: ${await cores.settle(server.process?.child.pid, count)}`);
      measured.push({ variant, server, target: await prepareTarget(server) });
    }
    return { benches: names.map((name) => benchOf(name, measured, log)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** MongoDB (or a compatible server) and Redis. Each server has its own database and prefix. */
async function startStores(ends: (() => Promise<void>)[], log: (line: string) => void) {
  const mongo: MongoServer = await startMongoServer(log);
  ends.push(() => mongo.stop());
  const redis: RedisServer = await startRedis(DURABLE);
  ends.push(() => redis.stop());
  log(`Redis ${redisVersion()}`);
  return (count: number) => ({
    ROLECALL_MONGODB_URI: withDatabase(mongo.uri, `bench-${process.pid}-${count}`),
    ROLECALL_REDIS_URL: redis.url,
    ROLECALL_REDIS_KEY_PREFIX: `bench-${count}:`,
  });
}

function benchOf(name: string, measured: readonly Measured[], log: StoresBenchOptions['log']): Bench {
  return {
    name,
    against: measured[0]?.variant ?? '',
    roundMs: OPERATIONS[name]?.roundMs ?? 1200,
    rounds: 5,
    prepare: () => prepare(name, measured, log),
  };
}

async function prepare(
  name: string,
  measured: readonly Measured[],
  log: StoresBenchOptions['log'],
): Promise<PreparedBench> {
  const stops: (() => void)[] = [];
  const variants: Record<string, Workload> = {};
  for (const { variant, server, target } of measured) {
    const generators = await startGenerators(name, target, GENERATORS);
    stops.push(() => {
      if (generators.refused() > 0) log(`  ${variant}: ${generators.refused()} answered with 503, and not counted`);
      generators.stop();
    });
    const pid = server.process?.child.pid;
    variants[variant] = {
      kind: 'rate',
      measure: generators.run,
      cpu: () => (pid === undefined ? undefined : processTreeCpu(pid)),
      settle: generators.settle,
    };
  }
  return {
    variants,
    tearDown() {
      for (const stop of stops) stop();
    },
  };
}
