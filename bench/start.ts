import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { childEnvironment } from '../harness/child-environment.ts';
import { freePort } from '../harness/free-port.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';
import { processTreeCpu } from './thread-cpu.ts';

/** Time until a new process is ready on an existing store, and for `rolecall --help`, compared with Node doing nothing. */
const MAIN = 'dist/app/main.js';
const ASK_EVERY_MS = 3;

/** Measures how long a process runs until it ends. */
function ending(args: readonly string[]): Workload {
  return {
    kind: 'rate',
    async measure() {
      const from = performance.now();
      const child = spawn(process.execPath, args, { env: childEnvironment(), stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`node ${args.join(' ')} ended with exit code ${code}`);
      return 1000 / (performance.now() - from);
    },
  };
}

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    get({ port, path: '/readyz', agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });

function starting(directory: string, port: number): Workload {
  let cpu = 0;
  let stop: () => Promise<void>;
  return {
    kind: 'rate',
    async measure() {
      const env = {
        PATH: process.env['PATH'],
        PORT: String(port),
        ROLECALL_DATA_DIR: join(directory, 'data'),
        ROLECALL_KEYS_DIR: join(directory, 'keys'),
        ROLECALL_DRAIN_DELAY: '0',
      };
      const from = performance.now();
      const child = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      stop = async () => {
        child.kill('SIGTERM');
        await ended;
      };
      while (!(await isReady(port))) {
        if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
        await wait(ASK_EVERY_MS);
      }
      const took = performance.now() - from;
      cpu += processTreeCpu(child.pid ?? 0) ?? Number.NaN;
      return 1000 / took;
    },
    cpu: () => (Number.isNaN(cpu) ? undefined : cpu),
    settle: () => stop(),
  };
}

async function prepare(): Promise<PreparedBench> {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-start-'));
  return {
    // The warm-up round creates the store.
    variants: {
      'ready on an existing store': starting(directory, await freePort()),
      'rolecall --help': ending([MAIN, '--help']),
      'bare node': ending(['--eval', '0']),
    },
    tearDown: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export const benches: readonly Bench[] = [{ name: 'start', against: 'bare node', rounds: 15, prepare }];
