import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunningServer } from '../../harness/start-server.ts';
import { measureRate } from '../load.ts';
import { tokenRequest } from '../token.ts';
import { STS_VERSION, signedRequest } from '../wire-requests.ts';
import { quantile } from './quantiles.ts';

/**
 * The calls that a storm of sign-ins must leave alone, in a process of their own, so that nothing else delays them here: for each message with
 * a server and a role it measures once, and answers.
 */

export interface CallFigures {
  /** Milliseconds of `AssumeRole` at 100 calls a second. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly tokensPerSecond: number;
}

const CALLS_PER_SECOND = 100;
const CALLS = 1_500;
const TOKENS_MS = 5_000;

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
    calls.push(call(Math.max(due, performance.now() - 1)));
  }
  return await Promise.all(calls).finally(() => agent.destroy());
}

process.on('message', async ({ server, roleArn }: { server: RunningServer; roleArn: string }) => {
  const ms = await assumeRoles(server, roleArn);
  const port = Number(new URL(server.url).port);
  const load = { host: '127.0.0.1', port, connections: 8, staysAwake: false } as const;
  const tokensPerSecond = await measureRate({ ...load, requests: [tokenRequest(port, '/oidc/token')] }, TOKENS_MS);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(ms, share)) as [number, number, number];
  process.send?.({ p50, p99, max, tokensPerSecond } satisfies CallFigures);
});
