import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificatePem, selfSigned } from '../../harness/certificate.ts';
import { runProgram } from '../../harness/run-program.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

const STORY = fileURLToPath(new URL('./boto3_story.py', import.meta.url));
/** Every Python of this machine that has boto3: the one on the PATH, and Debian's. */
const pythons = ['python3', '/usr/bin/python3']
  .map((path) => ({ path, found: spawnSync(path, ['-c', 'import boto3; print(boto3.__version__)']) }))
  .filter(({ found }) => found.status === 0)
  .map(({ path, found }) => ({ path, version: found.stdout.toString().trim() }))
  .filter(({ version }, index, all) => all.findIndex((other) => other.version === version) === index);

let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());

test('there is a boto3 to test with', () => {
  expect(pythons.length).toBeGreaterThan(0);
});

describe.each(pythons)('boto3 $version', ({ path }) => {
  test('the main story', async () => {
    const suffix = unique('b');
    const pairs = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const [key = '', other = ''] = pairs.map(({ privateKey }) =>
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    const body = pairs.slice(0, 1).map((pair) => certificatePem(selfSigned(pair)))[0] ?? '';
    const site = JSON.stringify({ body, key, other });
    const run = await runProgram(path, [STORY, server.url, suffix, site], {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      AWS_ACCESS_KEY_ID: server.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey,
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(run.stderr).toBe('');
    const account = server.accountId;
    const name = `py-${suffix}`;
    expect(JSON.parse(run.stdout)).toEqual({
      boto3: expect.any(String),
      account,
      caller: `arn:aws:iam::${account}:user/admin`,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      users: [name, ...[0, 1, 2, 3, 4].map((index) => `${name}-${index}`)],
      trust: { AWS: `arn:aws:iam::${account}:user/${suffix}/${name}` },
      session: `arn:aws:sts::${account}:assumed-role/${name}/boto`,
      denied: {
        Type: 'Sender',
        Code: 'AccessDenied',
        Message:
          `User: arn:aws:sts::${account}:assumed-role/${name}/boto is not authorized to perform: iam:CreateUser on ` +
          `resource: arn:aws:iam::${account}:user/x because no identity-based policy allows the iam:CreateUser action`,
      },
      decoded: {
        allowed: false,
        id: expect.stringMatching(/^AROA\w+:boto$/),
        arn: `arn:aws:sts::${account}:assumed-role/${name}/boto`,
      },
      certificate: {
        body: body.trim(),
        tags: [],
        expires: '2049-01-01T00:00:00+00:00',
        listed: [`arn:aws:iam::${account}:server-certificate/${suffix}/site-${suffix}`],
      },
      mismatch: 'KeyPairMismatch',
      password: [`${name}-0-at-${account}`, 60],
      policies: ['p'],
      events: ['CreateAccessKey', 'PutRolePolicy', 'CreateRole', 'CreateUser'],
      organization: {
        accounts: ['one', 'two'],
        pages: 2,
        states: [['ACTIVE', 'ACTIVE']],
        ...{ all: true, roots: true, children: true, parents: true, units: true },
        ...{ policies: true, attached: true, requests: ['SUCCEEDED', 'SUCCEEDED'] },
        targets: ['ACCOUNT', 'ORGANIZATIONAL_UNIT'],
        duplicate: 'DuplicatePolicyAttachmentException',
        invalid: 'INVALID_PATTERN',
      },
    });
  });
});
