import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsCli, findAwsPrograms } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow } from '../../harness/documents.ts';
import { runProgram } from '../../harness/run-program.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';

/** A pod's way to credentials: a token in a file, whose issuer the server cannot reach; its keys are a file of the operator. */
const ISSUER = 'https://cluster.internal';
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const directory = temporaryDirectory();
const tokenFile = join(directory.path, 'token');
let server: RunningServer;
let key: IssuerKey;
let roleArn: string;
let environment: Record<string, string>;

async function newToken(claims: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const own = { iss: ISSUER, aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:shop:web' };
  return signToken(key, { ...own, iat: now - 5, exp: now + 600, ...claims });
}

beforeAll(async () => {
  key = await makeKey('k1');
  const jwksFile = join(directory.path, 'keys.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  server = await startServer({ config: { federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile }] } } } });
  const [program] = findAwsPrograms();
  if (program === undefined) throw new Error('there is no aws program');
  const admin = awsCli(program, server.url, server.admin);
  const provider = await admin.json<{ OpenIDConnectProviderArn: string }>(
    ...['iam', 'create-open-id-connect-provider', '--url', ISSUER, '--client-id-list', 'sts.amazonaws.com'],
    ...['--thumbprint-list', '0'.repeat(40)],
  );
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider.OpenIDConnectProviderArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'cluster.internal:sub': 'system:serviceaccount:shop:web' } },
    },
  });
  const made = ['iam', 'create-role', '--role-name', 'web', '--assume-role-policy-document', document];
  roleArn = (await admin.json<{ Role: { Arn: string } }>(...made)).Role.Arn;
  const permission = ['--policy-name', 'own', '--policy-document', allow('iam:ListUsers')];
  await admin.json('iam', 'put-role-policy', '--role-name', 'web', ...permission);
  writeFileSync(tokenFile, await newToken());
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory.path,
    PYENV_ROOT: process.env['PYENV_ROOT'] ?? join(process.env['HOME'] ?? '', '.pyenv'),
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ENDPOINT_URL_IAM: server.url,
    AWS_ROLE_ARN: roleArn,
    AWS_ROLE_SESSION_NAME: 'pod-1',
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  };
});
afterAll(async () => {
  await server.stop();
  directory.remove();
});

const sessionArn = (name: string): string => `arn:aws:sts::${server.accountId}:assumed-role/web/${name}`;

/** Programs before botocore 1.31 ignore AWS_ENDPOINT_URL_STS, and would send the token to AWS. */
function knowsEndpoints(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) === 2 ? Number(minor) >= 13 : Number(minor) >= 29;
}

describe.each(findAwsPrograms())('assume-role-with-web-identity with $version', (installed) => {
  const program = driveAws(installed);
  afterAll(program.stop);
  const assume = (token: string) =>
    [
      ...['sts', 'assume-role-with-web-identity', '--role-arn', roleArn, '--role-session-name', 'job'],
      ...['--web-identity-token', token],
    ] as const;

  test('gives credentials to someone who has none', async () => {
    const anybody = awsCli(program, server.url, undefined);
    const answer = await anybody.json<Record<string, unknown>>(...assume(await newToken()));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'system:serviceaccount:shop:web',
      Provider: `arn:aws:iam::${server.accountId}:oidc-provider/cluster.internal`,
      Audience: 'sts.amazonaws.com',
      AssumedRoleUser: { Arn: sessionArn('job') },
    });
  });

  test.each<[string, object]>([
    ['ExpiredTokenException', { iat: 1, exp: 2 }],
    ['InvalidIdentityToken', { aud: 'other' }],
    ['AccessDenied', { sub: 'system:serviceaccount:shop:other' }],
  ])('is refused with %s', async (code, claims) => {
    const anybody = awsCli(program, server.url, undefined);
    expect((await anybody.refused(...assume(await newToken(claims)))).code).toBe(code);
  });
});

describe('AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN', () => {
  test.each(findAwsPrograms().filter(({ version }) => knowsEndpoints(version)))('$version', async ({ path }) => {
    const caller = await runProgram(path, ['sts', 'get-caller-identity', '--output', 'json'], environment);
    expect(caller.stderr).toBe('');
    expect(JSON.parse(caller.stdout)).toMatchObject({ Arn: sessionArn('pod-1') });
    const users = await runProgram(path, ['iam', 'list-users', '--output', 'json'], environment);
    expect(users.status).toBe(0);
  });

  test('boto3', async () => {
    const known = ['python3', '/usr/bin/python3'].filter((path) => {
      const found = spawnSync(path, ['-c', 'import botocore; print(botocore.__version__)'], { encoding: 'utf8' });
      return found.status === 0 && Number(found.stdout.split('.')[1]) >= 31;
    });
    expect(known).not.toEqual([]);
    for (const path of known) {
      const script = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';
      const run = await runProgram(path, ['-c', script], environment);
      expect(run).toMatchObject({ stderr: '', stdout: `${sessionArn('pod-1')}\n` });
    }
  });

  test('the SDK for JavaScript', async () => {
    const script = `
      import { STS } from '@aws-sdk/client-sts';
      const { Arn } = await new STS({}).getCallerIdentity({});
      console.log(Arn);
    `;
    const run = await runProgram(process.execPath, ['--input-type=module', '-e', script], environment, PROJECT);
    expect(run.stdout).toBe(`${sessionArn('pod-1')}\n`);
  });
});
