import { type AccessKeyPair, type RunningServer, startServer } from '../harness/start-server.ts';
import { availableCores } from '../src/app/processes/available-cores.ts';
import { startBareServer } from './bare-server.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';
import { measureRate } from './load.ts';
import { mainThreadCpu } from './thread-cpu.ts';
import { prepareRole, STS_VERSION, signedRequest } from './wire-requests.ts';

/** The wire API over HTTP with one process, compared with a bare `node:http` server that sends answers of the same size in the same run. */

const CONNECTIONS = 50;
/** Many short rounds, so that other load on the machine mostly affects both variants alike. */
const ROUNDS = { roundMs: 400, rounds: 31 } as const;

async function answerBytes(server: RunningServer, request: Buffer): Promise<number> {
  const [head = '', body = ''] = request.toString('utf8').split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const)
      .filter(([name]) => !['host', 'content-length', 'connection'].includes(name.toLowerCase())),
  );
  const answer = await fetch(server.url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
  return (await answer.arrayBuffer()).byteLength;
}

type MakeRequest = (server: RunningServer, roleArn: string, session: AccessKeyPair) => Buffer;

async function prepare(makeRequest: MakeRequest, staysAwake = true): Promise<PreparedBench> {
  const flags = process.env['ROLECALL_BENCH_NODE_FLAGS'];
  const server = await startServer({ stdoutFile: '/dev/null', nodeFlags: flags?.split(' ') ?? [] });
  const { roleArn, session } = await prepareRole(server);
  const request = makeRequest(server, roleArn, session);
  const bare = await startBareServer(await answerBytes(server, request));
  const load = { host: '127.0.0.1', connections: CONNECTIONS, requests: [request], staysAwake } as const;
  const variant = (port: number, pid: number | undefined): Workload => ({
    kind: 'rate',
    measure: (ms) => measureRate({ ...load, port }, ms),
    cpu: () => (pid === undefined ? undefined : mainThreadCpu(pid)),
  });
  return {
    variants: {
      rolecall: variant(Number(new URL(server.url).port), server.process?.child.pid),
      'bare node:http': variant(bare.port, bare.pid),
    },
    async tearDown() {
      bare.stop();
      await server.stop();
    },
  };
}

export const benches: readonly Bench[] = [
  {
    name: 'assume-role',
    against: 'bare node:http',
    ...ROUNDS,
    prepare: () =>
      prepare(
        (server, roleArn) =>
          signedRequest(server, server.admin, {
            Action: 'AssumeRole',
            Version: STS_VERSION,
            RoleArn: roleArn,
            RoleSessionName: 'bench',
          }),
        // Session tokens are signed by a separate thread if the server has a spare core. With two cores, the load generator needs
        // the second.
        availableCores() > 2,
      ),
  },
  {
    name: 'caller-identity',
    against: 'bare node:http',
    ...ROUNDS,
    prepare: () =>
      prepare((server, _roleArn, session) =>
        signedRequest(server, session, { Action: 'GetCallerIdentity', Version: STS_VERSION }),
      ),
  },
];
