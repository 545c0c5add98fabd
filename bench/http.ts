import { AttachUserPolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import aws4 from 'aws4';
import { type AccessKeyPair, type RunningServer, startServer } from '../test/support/start-server.ts';
import { startBareServer } from './bare-server.ts';
import type { Bench, PreparedBench } from './bench.ts';
import { measureRate, postBytes } from './load.ts';

/** The wire API over HTTP, one process, against a bare `node:http` server that answers the same body sizes in the same run. */

const CONNECTIONS = 50;
const STS_VERSION = '2011-06-15';

function signedRequest(server: RunningServer, key: AccessKeyPair, parameters: Record<string, string>): Buffer {
  const { host } = new URL(server.url);
  const body = new URLSearchParams(parameters).toString();
  const request = aws4.sign(
    {
      host,
      method: 'POST',
      path: '/',
      body,
      service: 'sts',
      region: 'us-east-1',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    },
    {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...(key.sessionToken !== undefined && { sessionToken: key.sessionToken }),
    },
  );
  const { Host, ...headers } = request.headers as Record<string, string>;
  const { 'Content-Length': _, ...rest } = headers;
  return postBytes(Host ?? host, rest, body);
}

async function prepareRole(server: RunningServer): Promise<{ roleArn: string; session: AccessKeyPair }> {
  const options = { endpoint: server.url, region: 'us-east-1', credentials: server.admin };
  const iam = new IAMClient(options);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${server.accountId}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(
    new AttachUserPolicyCommand({ UserName: 'admin', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }),
  );
  const roleArn = `arn:aws:iam::${server.accountId}:role/bench`;
  const assumed = await new STSClient(options).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'bench' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {};
  return {
    roleArn,
    session: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}

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

async function prepare(makeRequest: MakeRequest): Promise<PreparedBench> {
  const flags = process.env['ROLECALL_BENCH_NODE_FLAGS'];
  const server = await startServer({ stdoutFile: '/dev/null', nodeFlags: flags?.split(' ') ?? [] });
  const { roleArn, session } = await prepareRole(server);
  const request = makeRequest(server, roleArn, session);
  const bare = await startBareServer(await answerBytes(server, request));
  const load = { host: '127.0.0.1', connections: CONNECTIONS, request };
  const port = Number(new URL(server.url).port);
  return {
    variants: {
      rolecall: { kind: 'rate', measure: (ms) => measureRate({ ...load, port }, ms), pid: server.process?.child.pid },
      'bare node:http': { kind: 'rate', measure: (ms) => measureRate({ ...load, port: bare.port }, ms), pid: bare.pid },
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
    roundMs: 1500,
    rounds: 7,
    prepare: () =>
      prepare((server, roleArn) =>
        signedRequest(server, server.admin, {
          Action: 'AssumeRole',
          Version: STS_VERSION,
          RoleArn: roleArn,
          RoleSessionName: 'bench',
        }),
      ),
  },
  {
    name: 'caller-identity',
    against: 'bare node:http',
    roundMs: 1500,
    rounds: 7,
    prepare: () =>
      prepare((server, _roleArn, session) =>
        signedRequest(server, session, { Action: 'GetCallerIdentity', Version: STS_VERSION }),
      ),
  },
];
