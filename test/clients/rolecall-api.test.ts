import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, awsCli, eachAwsProgram, findAwsPrograms } from '../../harness/aws-cli.ts';
import { type DrivenAws, driveAws } from '../../harness/aws-cli-driver.ts';
import { keyOf } from '../../harness/documents.ts';
import { runProgram } from '../../harness/run-program.ts';
import { type AccessKeyPair, obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { encodePng } from '../../src/identity/factors/bitmap-png.ts';
import { unique } from '../support/unique.ts';

/** The steps of docs/rolecall-api.md, each client with a home directory of its own. */

let server: RunningServer;
let nobody: AccessKeyPair;
beforeAll(async () => {
  server = await obtainServer();
  const [program] = findAwsPrograms();
  if (program === undefined) throw new Error('there is no aws CLI to test with');
  const admin = awsCli(program, server.url, server.admin);
  const user = unique('plain');
  await admin.json('iam', 'create-user', '--user-name', user);
  nobody = keyOf(await admin.json('iam', 'create-access-key', '--user-name', user));
});
afterAll(() => server.stop());

async function homeWithModel(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'rolecall-home-'));
  const answer = await fetch(`${server.url}/models/rolecall/2026-11-28/service-2.json`);
  await writeFile(join(home, 'service-2.json'), await answer.text());
  return home;
}

/** What creating and rotating answer. */
interface WithSecret {
  readonly Application: { readonly ApplicationId: string };
  readonly ClientSecret: string;
}

interface ServerInfo {
  readonly Version: string;
  readonly AccountId: string;
  readonly Issuer: string;
  readonly Features: readonly string[];
  readonly ServerTime: string;
}

describe.each(eachAwsProgram())('$version', (installed) => {
  let home: string;
  let program: DrivenAws | undefined;
  const as = (caller: AccessKeyPair): Aws => awsCli(program ?? installed, server.url, caller, home);
  // The model is added, and used first, by the executable.
  beforeAll(async () => {
    home = await homeWithModel();
    const model = `file://${home}/service-2.json`;
    await as(server.admin).text('configure', 'add-model', '--service-name', 'rolecall', '--service-model', model);
    await as(server.admin).json('rolecall', 'get-server-info');
    program = driveAws(installed, home);
  });
  afterAll(async () => {
    await program?.stop();
    await rm(home, { recursive: true, force: true });
  });

  test('has the operations of our own API, once it has the model', async () => {
    const info = await as(server.admin).json<ServerInfo>('rolecall', 'get-server-info');
    expect(info).toMatchObject({ AccountId: server.accountId, Issuer: expect.stringMatching(/\/oidc$/) });
    expect(info.Version).toMatch(/^\d+\.\d+\.\d+/);
    expect(info.Features).toContain('CALLER_RATE_LIMIT');
  });

  test('prints a denial like one of AWS', async () => {
    expect(await as(nobody).refused('rolecall', 'get-server-info')).toEqual({
      code: 'AccessDeniedException',
      operation: 'GetServerInfo',
      message: expect.stringMatching(
        /^User: arn:aws:iam::\d+:user\/[\w-]+ is not authorized to perform: rolecall:GetServerInfo on resource: arn:aws:rolecall::\d+:server because no identity-based policy allows the rolecall:GetServerInfo action$/,
      ),
    });
  });

  test('and of a bad signature', async () => {
    const wrong = { ...server.admin, secretAccessKey: 'x'.repeat(40) };
    const refused = await as(wrong).refused('rolecall', 'get-server-info');
    expect(refused.code).toBe('InvalidSignatureException');
  });

  test('[S36] disables a user, shows the reason, and enables the user again', async () => {
    const admin = as(server.admin);
    const name = unique('leaver');
    await admin.json('iam', 'create-user', '--user-name', name);
    const key = keyOf(await admin.json('iam', 'create-access-key', '--user-name', name));
    const leaver = as(key);
    expect(await leaver.json('sts', 'get-caller-identity')).toMatchObject({ Arn: expect.stringContaining(name) });

    const named = ['--user-name', name];
    const disabled = await admin.json<object>('rolecall', 'disable-user', ...named, '--reason', 'left on Friday');
    expect(disabled).toMatchObject({
      User: {
        UserName: name,
        Enabled: false,
        DisabledBy: [{ Origin: 'ADMINISTRATOR', Reason: 'left on Friday', Since: expect.anything() }],
      },
    });
    expect(await admin.json('rolecall', 'get-user-status', ...named)).toEqual(disabled);
    expect((await leaver.refused('sts', 'get-caller-identity')).code).toBe('InvalidClientTokenId');

    expect(await admin.json('rolecall', 'enable-user', ...named)).toMatchObject({ User: { Enabled: true } });
    expect(await leaver.json('sts', 'get-caller-identity')).toMatchObject({ Arn: expect.stringContaining(name) });
    const missing = ['--user-name', unique('nobody'), '--reason', 'left'];
    expect((await admin.refused('rolecall', 'disable-user', ...missing)).code).toBe('NoSuchUserException');
  });

  test('sets, reads and removes the branding, as docs/branding.md says', async () => {
    const admin = as(server.admin);
    const logo = join(home, 'logo.png');
    await writeFile(logo, encodePng([[true, false]], 16));
    const put = [
      'put-account-branding',
      '--display-name',
      'Acme',
      '--primary-color',
      '#ffd500',
      '--logo',
      `fileb://${logo}`,
    ];
    const set = await admin.json<Record<string, unknown>>('rolecall', ...put);
    expect(set).toMatchObject({ DisplayName: 'Acme', Logo: { MediaType: 'image/png', Width: 32, Height: 16 } });
    const documented = await readFile('docs/branding.md', 'utf8');
    const example = JSON.parse(/```json\n(.*?)```/s.exec(documented)?.[1] ?? '') as object;
    expect(set).toMatchObject({ ...example, UpdatedAt: expect.anything() });
    expect(await admin.json('rolecall', 'get-account-branding')).toEqual(set);
    await admin.text('rolecall', 'delete-account-branding');
    expect((await admin.refused('rolecall', 'get-account-branding')).code).toBe('NoSuchBrandingException');
  });

  test('creates, rotates, assigns and deletes applications, as docs/applications.md says', async () => {
    const admin = as(server.admin);
    const oidc = 'RedirectUris=https://shop.example.com/callback,GrantTypes=AUTHORIZATION_CODE,REFRESH_TOKEN';
    const made = await admin.json<WithSecret>(
      ...['rolecall', 'create-application', '--display-name', 'The Shop', '--oidc', oidc],
    );
    const named = ['--application-id', made.Application.ApplicationId];
    const rotated = await admin.json<WithSecret>(
      ...['rolecall', 'rotate-application-secret', ...named, '--overlap-seconds', '3600'],
    );
    const { url } = server;
    const unknownCode = async (secret: string): Promise<unknown> => {
      const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x/' });
      const authorization = `Basic ${btoa(`${made.Application.ApplicationId}:${secret}`)}`;
      const answer = await fetch(`${url}/oidc/token`, { method: 'POST', body, headers: { authorization } });
      return ((await answer.json()) as { error: string }).error;
    };
    // The client authenticates with both; then the code is not one.
    for (const secret of [made.ClientSecret, rotated.ClientSecret])
      expect(await unknownCode(secret)).toBe('invalid_grant');
    expect(await unknownCode('another one')).toBe('invalid_client');

    const group = unique('staff');
    await admin.json('iam', 'create-group', '--group-name', group);
    await admin.json('rolecall', 'update-application', ...named, '--open-to', 'ASSIGNED');
    await admin.text('rolecall', 'assign-application', ...named, '--group-name', group);
    expect(await admin.json('rolecall', 'list-application-assignments', ...named)).toMatchObject({
      Assignments: [{ GroupName: group }],
    });
    await admin.text('rolecall', 'unassign-application', ...named, '--group-name', group);
    await admin.json('rolecall', 'update-application', ...named, '--no-enabled');
    expect(await unknownCode(rotated.ClientSecret)).toBe('invalid_client');
    await admin.text('rolecall', 'delete-application', ...named);
    expect((await admin.refused('rolecall', 'get-application', ...named)).code).toBe('NoSuchApplicationException');

    const saml = {
      EntityId: `https://${unique('wiki')}.example.com/saml/metadata`,
      Acs: [{ Url: 'https://wiki.example.com/saml/acs' }],
      Attributes: [{ Name: 'mail', Values: ['${user:email}'] }],
    };
    const wiki = await admin.json<{ Application: object }>(
      ...['rolecall', 'create-application', '--display-name', 'The Wiki', '--saml', JSON.stringify(saml)],
    );
    expect(wiki.Application).toMatchObject({ Protocol: 'SAML', Saml: saml });
  });
});

const STORY = `
import boto3, datetime, json, os, sys
os.makedirs(os.path.expanduser("~/.aws/models/rolecall/2026-11-28"), exist_ok=True)
os.rename(os.path.expanduser("~/service-2.json"), os.path.expanduser("~/.aws/models/rolecall/2026-11-28/service-2.json"))
def client(key, secret):
    return boto3.client("rolecall", endpoint_url=sys.argv[1], aws_access_key_id=key, aws_secret_access_key=secret)
info = client(sys.argv[2], sys.argv[3]).get_server_info()
stranger = client(sys.argv[4], sys.argv[5])
try:
    stranger.get_server_info()
except stranger.exceptions.AccessDeniedException as error:
    denied = error.response["Error"]["Code"]
admin = client(sys.argv[2], sys.argv[3])
made = admin.create_application(DisplayName="Job", Oidc={"GrantTypes": ["CLIENT_CREDENTIALS"]})
id = made["Application"]["ApplicationId"]
former = admin.rotate_application_secret(ApplicationId=id)["Application"]["Oidc"]["FormerSecretExpiresAt"]
listed = [each["ApplicationId"] for each in admin.list_applications()["Applications"]]
admin.delete_application(ApplicationId=id)
print(json.dumps({
    "version": info["Version"],
    "stores": sorted(info["Stores"]),
    "isTime": isinstance(info["ServerTime"], datetime.datetime),
    "status": info["ResponseMetadata"]["HTTPStatusCode"],
    "requestId": len(info["ResponseMetadata"]["RequestId"]),
    "denied": denied,
    "isListed": id in listed,
    "hasFormer": isinstance(former, datetime.datetime),
}))
`;

const pythons = ['python3', '/usr/bin/python3'].filter((path) => spawnSync(path, ['-c', 'import boto3']).status === 0);

test.each(pythons)('boto3 of %s with the same file', async (path) => {
  const home = await homeWithModel();
  try {
    const keys = [server.admin, nobody].flatMap(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]);
    const run = await runProgram(path, ['-c', STORY, server.url, ...keys], {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({
      version: expect.stringMatching(/^\d/),
      stores: ['Identities', 'Sessions'],
      isTime: true,
      status: 200,
      requestId: 36,
      denied: 'AccessDeniedException',
      isListed: true,
      hasFormer: true,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
