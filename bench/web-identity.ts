import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { exportJWK, SignJWT } from 'jose';
import { type RunningServer, startServer } from '../harness/start-server.ts';
import { temporaryDirectory } from '../harness/temporary-directory.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';
import { measureRate, postBytes } from './load.ts';
import { mainThreadCpu } from './thread-cpu.ts';
import { prepareRole, STS_VERSION, signedRequest } from './wire-requests.ts';

/** AssumeRoleWithWebIdentity with cached keys of the issuer, against AssumeRole on the same server. */

const ISSUER = 'https://ci.example.com';
const CONNECTIONS = 50;
/** Tokens sent in one round, and all of them: far more than the server remembers, so that each is verified as if it were new. */
const ROUND_TOKENS = 4000;
const TOKENS = 5 * ROUND_TOKENS;

type Requests = readonly [Buffer, ...Buffer[]];

async function prepare(): Promise<PreparedBench> {
  const directory = temporaryDirectory();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwksFile = join(directory.path, 'keys.json');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  const server = await startServer({
    stdoutFile: '/dev/null',
    env: { ROLECALL_UNSIGNED_CALLS_PER_SECOND: '0' },
    config: { federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile }] } } },
  });
  const { roleArn } = await prepareRole(server);
  const webRole = await prepareWebRole(server);
  const now = Math.floor(Date.now() / 1000);
  const sign = (run: number): Promise<string> =>
    new SignJWT({
      sub: 'repo:acme/shop:ref:refs/heads/main',
      aud: 'bench',
      run_id: String(run),
      ref: 'refs/heads/main',
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
      .setIssuer(ISSUER)
      .setIssuedAt(now)
      .setExpirationTime(now + 7200)
      .sign(privateKey);
  const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, index) => sign(index)));
  const requests = tokens.map((token) => tokenRequest(server, webRole, token));
  const assumeRole = signedRequest(server, server.admin, {
    Action: 'AssumeRole',
    Version: STS_VERSION,
    RoleArn: roleArn,
    RoleSessionName: 'bench',
  });
  const pid = server.process?.child.pid;
  const port = Number(new URL(server.url).port);
  const variant = (next: () => Requests): Workload => ({
    kind: 'rate',
    measure: (ms) =>
      measureRate({ host: '127.0.0.1', port, connections: CONNECTIONS, requests: next(), staysAwake: false }, ms),
    cpu: () => (pid === undefined ? undefined : mainThreadCpu(pid)),
  });
  let first = 0;
  const newTokens = (): Requests => {
    first = (first + ROUND_TOKENS) % TOKENS;
    return requests.slice(first, first + ROUND_TOKENS) as unknown as Requests;
  };
  return {
    variants: {
      'assume-role': variant(() => [assumeRole]),
      'a token of its own for each call': variant(newTokens),
      'one token for all calls': variant(() => [requests[0] as Buffer]),
    },
    async tearDown() {
      await server.stop();
      directory.remove();
    },
  };
}

async function prepareWebRole(server: RunningServer): Promise<string> {
  const iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  const provider = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['bench'] }));
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider.OpenIDConnectProviderArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { 'ci.example.com:aud': 'bench' },
        StringLike: { 'ci.example.com:sub': 'repo:acme/shop:*' },
      },
    },
  };
  await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  return `arn:aws:iam::${server.accountId}:role/web`;
}

function tokenRequest({ url }: RunningServer, roleArn: string, token: string): Buffer {
  const parameters = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: STS_VERSION,
    RoleArn: roleArn,
    RoleSessionName: 'bench',
    WebIdentityToken: token,
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return postBytes(new URL(url).host, headers, new URLSearchParams(parameters).toString());
}

export const benches: readonly Bench[] = [
  { name: 'web-identity', against: 'assume-role', roundMs: 400, rounds: 31, prepare },
];
