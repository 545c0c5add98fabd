import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { constants, setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { measureRate } from '../load.ts';
import { MACHINE_CONFIG, tokenRequest } from '../token.ts';
import { prepareRole, STS_VERSION, signedRequest } from '../wire-requests.ts';
import { SIGN_IN_ENV } from './people.ts';
import { quantile } from './quantiles.ts';
import type { StormCounts } from './storm-people.ts';

/** What calls take, while nothing else happens or during the storm. */
export interface StormFigures {
  readonly when: 'calm' | 'storm';
  /** Milliseconds of `AssumeRole` at 100 calls a second. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly tokensPerSecond: number;
  /** The most memory that the server had so far, without mapped files. */
  readonly megabytes: number;
}

export interface Storm {
  readonly figures: readonly StormFigures[];
  readonly counts: StormCounts;
  readonly seconds: number;
}

const CLIENT = fileURLToPath(new URL('./storm-people.ts', import.meta.url));
const CALLS_PER_SECOND = 100;
const CALLS = 2_000;
const TOKENS_MS = 8_000;
/** The people begin together, and all of them are under way after so long. */
const BEGIN_MS = 5_000;

/**
 * How a storm of sign-ins affects other calls: `atATime` people try at once, with wrong and right passwords, codes and passkeys, each again as
 * soon as they have their answer. The people are simulated on the same cores, at the lowest priority, because real ones bring their own.
 */
export async function signInStorm(atATime: number, log: (line: string) => void): Promise<Storm> {
  const server = await startServer({ env: SIGN_IN_ENV, config: MACHINE_CONFIG, stdoutFile: '/dev/null' });
  const child = fork(CLIENT, { execArgv: ['--import', 'tsx'] });
  setPriority(child.pid ?? 0, constants.priority.PRIORITY_LOW);
  try {
    const { roleArn } = await prepareRole(server);
    child.send({ server: { url: server.url, admin: server.admin } });
    await once(child, 'message');
    log('the people are there');
    const calls = (): Promise<StormFigures['p50'][]> => assumeRoles(server, roleArn);
    await calls();
    const calm = await measured('calm', server, calls);
    const from = performance.now();
    child.send({ atATime });
    const counted = once(child, 'message');
    await wait(BEGIN_MS);
    const storm = await measured('storm', server, calls);
    child.send({ end: true });
    const seconds = (performance.now() - from) / 1000;
    const [counts] = (await counted) as [StormCounts];
    return { figures: [calm, storm], counts, seconds };
  } finally {
    await end(child);
    await server.stop();
  }
}

async function measured(
  when: StormFigures['when'],
  server: RunningServer,
  calls: () => Promise<number[]>,
): Promise<StormFigures> {
  const ms = await calls();
  const port = Number(new URL(server.url).port);
  const load = { host: '127.0.0.1', port, connections: 8, staysAwake: false } as const;
  const tokensPerSecond = await measureRate({ ...load, requests: [tokenRequest(port, '/oidc/token')] }, TOKENS_MS);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(ms, share)) as [number, number, number];
  return { when, p50, p99, max, tokensPerSecond, megabytes: megabytesOf(server.process?.child.pid) };
}

/** Calls at a fixed rate, whether earlier ones are answered or not; ms from when each was due to its whole answer. */
async function assumeRoles(server: RunningServer, roleArn: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const parameters = { Action: 'AssumeRole', Version: STS_VERSION, RoleArn: roleArn, RoleSessionName: 'storm' };
  const [head = '', body = ''] = signedRequest(server, server.admin, parameters).toString().split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s)),
  );
  const { hostname, port } = new URL(server.url);
  const call = (due: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method: 'POST', path: '/', headers, agent }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`AssumeRole: ${answer.statusCode}`));
        answer.resume().on('end', () => resolve(performance.now() - due));
      });
      sent.on('error', reject).end(body);
    });
  const began = performance.now();
  const calls: Promise<number>[] = [];
  while (calls.length < CALLS) {
    const due = began + (calls.length * 1000) / CALLS_PER_SECOND;
    if (due > performance.now()) await wait(due - performance.now());
    calls.push(call(due));
  }
  return await Promise.all(calls).finally(() => agent.destroy());
}

/** The peak of anonymous memory is not kept by Linux, so this is what the processes have now. */
function megabytesOf(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const own = Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  return children.reduce((sum, child) => sum + megabytesOf(Number(child)), own);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
