import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { startServer } from '../../harness/start-server.ts';
import type { Bench, Workload } from '../bench.ts';
import { type Load, measureRate } from '../load.ts';
import { processTreeCpu } from '../thread-cpu.ts';
import { MACHINE_CONFIG, tokenRequest } from '../token.ts';
import { prepareRole, STS_VERSION, signedRequest } from '../wire-requests.ts';

/**
 * One server for each value of `ROLECALL_WORKERS`, installed normally on the same machine and using all of its cores. The load
 * comes from one of these cores. CPU time includes all threads of all processes of a server.
 */
export interface WorkersBenches {
  readonly benches: readonly Bench[];
  stop(): Promise<void>;
}

const CONNECTIONS = 50;
/** Many short rounds, so that other load on the machine mostly affects all variants alike. */
const ROUNDS = { roundMs: 250, rounds: 25 } as const;
/** The number of warm-up requests per worker. V8 compiles code after a number of calls, not after a time. */
const WARM_UP = 8_000;
const WARM_UP_MS = 500;
/** On a busy machine, the measurement begins after this time even without a complete warm-up; ms. */
const MAX_WARM_UP_MS = 20_000;

type Requests = Load['requests'];

interface Measured {
  readonly variant: string;
  readonly pid: number | undefined;
  readonly port: number;
  readonly requests: Readonly<Record<string, Requests>>;
}

const LOADS: readonly (Pick<Bench, 'name'> & Pick<Load, 'reconnects'> & { readonly requests: string })[] = [
  { name: 'AssumeRole', requests: 'assumeRole' },
  { name: 'GetCallerIdentity', requests: 'callerIdentity' },
  { name: 'client credentials token', requests: 'token' },
  { name: 'mixed: 1 AssumeRole, 3 GetCallerIdentity, 1 token', requests: 'mixed' },
  { name: 'AssumeRole, a connection for each', requests: 'assumeRoleOnce', reconnects: true },
  { name: 'GetCallerIdentity, a connection for each', requests: 'callerIdentityOnce', reconnects: true },
];

/** Starts the servers. The first one is the baseline for the ratios. */
export async function openWorkersBenches(
  choices: readonly string[],
  log: (line: string) => void,
): Promise<WorkersBenches> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0)) await end();
  };
  try {
    const measured: Measured[] = [];
    for (const workers of choices) {
      const server = await startServer({
        stdoutFile: '/dev/null',
        env: { ROLECALL_WORKERS: workers },
        config: MACHINE_CONFIG,
      });
      stops.push(server.stop);
      const port = Number(new URL(server.url).port);
      const { roleArn, session } = await prepareRole(server);
      const assumeRole = signedRequest(server, server.admin, {
        Action: 'AssumeRole',
        Version: STS_VERSION,
        RoleArn: roleArn,
        RoleSessionName: 'bench',
      });
      const callerIdentity = signedRequest(server, session, { Action: 'GetCallerIdentity', Version: STS_VERSION });
      const token = tokenRequest(port, '/oidc/token');
      measured.push({
        variant: `ROLECALL_WORKERS=${workers}`,
        pid: server.process?.child.pid,
        port,
        requests: {
          assumeRole: [assumeRole],
          callerIdentity: [callerIdentity],
          token: [token],
          mixed: [assumeRole, callerIdentity, token, callerIdentity, callerIdentity],
          assumeRoleOnce: [closing(assumeRole)],
          callerIdentityOnce: [closing(callerIdentity)],
        },
      });
    }
    // Pinned only now, because the servers must get all cores.
    log(`${availableParallelism()} cores, Node ${process.version}; the load comes from ${pinToLastCore()}`);
    return { benches: LOADS.map((load) => benchOf(load, measured)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function benchOf({ name, requests, reconnects = false }: (typeof LOADS)[number], measured: readonly Measured[]): Bench {
  const against = measured[0]?.variant ?? '';
  const rateOf = ({ port, requests: all }: Measured, ms: number): Promise<number> => {
    const load = { host: '127.0.0.1', port, connections: CONNECTIONS, staysAwake: false, reconnects };
    return measureRate({ ...load, requests: all[requests] as Requests }, ms);
  };
  return {
    name: `workers: ${name}`,
    against,
    ...ROUNDS,
    async prepare() {
      const variants: Record<string, Workload> = {};
      for (const each of measured) {
        const { variant, pid } = each;
        const until = performance.now() + MAX_WARM_UP_MS;
        for (let answered = 0; answered < WARM_UP * availableParallelism() && performance.now() < until; )
          answered += ((await rateOf(each, WARM_UP_MS)) * WARM_UP_MS) / 1000;
        variants[variant] = {
          kind: 'rate',
          measure: (ms) => rateOf(each, ms),
          cpu: () => (pid === undefined ? undefined : processTreeCpu(pid)),
        };
      }
      return { variants };
    },
  };
}

/** The same request, asking the server to close the connection after the answer. */
function closing(request: Buffer): Buffer {
  const text = request.toString('latin1');
  return Buffer.from(text.replace('\r\n', '\r\nconnection: close\r\n'), 'latin1');
}

/** Pins this process to one core with `taskset`. Returns a description of where it runs. */
function pinToLastCore(): string {
  const last = availableParallelism() - 1;
  try {
    execFileSync('taskset', ['-acp', String(last), String(process.pid)], { stdio: 'ignore' });
    return `core ${last}, which the servers may use, too`;
  } catch {
    return 'any core, which takes Linux and `taskset` to change';
  }
}
