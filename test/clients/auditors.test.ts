import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, trust } from '../../harness/documents.ts';
import { runProgram } from '../../harness/run-program.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';

/** Cloudsplaining, unchanged, on an account with what it looks for; docs/works-with.md has other auditors' tools. */
const CLOUDSPLAINING = process.env['ROLECALL_TEST_CLOUDSPLAINING'];

interface Finding {
  readonly severity: string;
  readonly findings: readonly unknown[];
}
interface Policy {
  readonly PolicyName: string;
  readonly PrivilegeEscalation: Finding;
  readonly DataExfiltration: Finding;
  readonly ServiceWildcard: Finding;
}
interface Holder {
  readonly name: string;
  readonly customer_managed_policies: Readonly<Record<string, string>>;
  readonly inline_policies: Readonly<Record<string, string>>;
  readonly groups?: Readonly<Record<string, { readonly name: string }>>;
}
type ById<T> = Readonly<Record<string, T>>;
interface Results {
  readonly users: ById<Holder>;
  readonly roles: ById<Holder>;
  readonly customer_managed_policies: ById<Policy>;
  readonly inline_policies: ById<Policy>;
}

const directory = temporaryDirectory();
let server: RunningServer;

const withTool = CLOUDSPLAINING === undefined ? describe.skip : describe;
withTool('Cloudsplaining (skipped without ROLECALL_TEST_CLOUDSPLAINING)', () => {
  beforeAll(async () => {
    server = await startServer();
    const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
    const managed = async (PolicyName: string, PolicyDocument: string): Promise<string> => {
      const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument });
      return Policy?.Arn ?? '';
    };
    await iam.createUser({ UserName: 'alice' });
    await iam.createUser({ UserName: 'bob' });
    await iam.createGroup({ GroupName: 'readers' });
    await iam.addUserToGroup({ GroupName: 'readers', UserName: 'bob' });
    await iam.putUserPolicy({
      ...{ UserName: 'bob', PolicyName: 'instances' },
      PolicyDocument: allow(['iam:PassRole', 'ec2:RunInstances', 's3:GetObject']),
    });
    const versions = await managed('versions', allow(['iam:CreatePolicyVersion']));
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn: versions });
    await iam.createRole({
      RoleName: 'anything',
      AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
    });
    await iam.attachRolePolicy({ RoleName: 'anything', PolicyArn: await managed('everything', allow('*')) });
    await managed('unattached', allow('*'));
  });
  afterAll(async () => {
    await server?.stop();
    directory.remove();
  });

  test('downloads the account, and finds who could become more than they are', async () => {
    const run = async (...args: string[]): Promise<void> => {
      const { status, stderr } = await runProgram(CLOUDSPLAINING ?? '', args, {
        ...{ AWS_ENDPOINT_URL: server.url, AWS_DEFAULT_REGION: 'us-east-1' },
        AWS_ACCESS_KEY_ID: server.admin.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey,
      });
      // Its commands return 1 when they are done.
      if (status === null || status > 1 || stderr.includes('Traceback')) throw new Error(stderr);
    };
    await run('download', '--output', directory.path);
    await run(
      'scan',
      '--input-file',
      join(directory.path, 'default.json'),
      '--output',
      directory.path,
      '--skip-open-report',
    );
    const results: Results = JSON.parse(readFileSync(join(directory.path, 'iam-results-default.json'), 'utf8'));
    const found = (policies: ById<Policy>) =>
      Object.fromEntries(
        Object.values(policies).map((policy) => [
          policy.PolicyName,
          (['PrivilegeEscalation', 'DataExfiltration', 'ServiceWildcard'] as const).filter(
            (kind) => policy[kind].findings.length > 0,
          ),
        ]),
      );
    expect(found(results.customer_managed_policies)).toEqual({
      versions: ['PrivilegeEscalation'],
      everything: ['PrivilegeEscalation', 'DataExfiltration', 'ServiceWildcard'],
    });
    expect(found(results.inline_policies)).toEqual({ instances: ['PrivilegeEscalation', 'DataExfiltration'] });
    const named = (holders: ById<Holder>, name: string) =>
      Object.values(holders).find((holder) => holder.name === name);
    expect(Object.values(named(results.users, 'alice')?.customer_managed_policies ?? {})).toEqual(['versions']);
    expect(Object.keys(named(results.users, 'bob')?.inline_policies ?? {})).toHaveLength(1);
    expect(Object.values(named(results.users, 'bob')?.groups ?? {}).map(({ name }) => name)).toEqual(['readers']);
    expect(Object.values(named(results.roles, 'anything')?.customer_managed_policies ?? {})).toEqual(['everything']);
  });
});
