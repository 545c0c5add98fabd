import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { findAwsPrograms } from '../../harness/aws-cli.ts';
import { runProgram } from '../../harness/run-program.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { unique } from '../support/unique.ts';
import { describeOnEmbedded } from './embedded-only.ts';
import { picture } from './openid-scene.ts';
import { installPackedCommand, type PackedCommand } from './packed-command.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const pythons = ['python3', '/usr/bin/python3'].filter(
  (path, index, all) => all.indexOf(path) === index && spawnSync(path, ['-c', 'import boto3']).status === 0,
);

const directory = temporaryDirectory();
const home = join(directory.path, 'home');
const cache = join(home, '.cache', 'rolecall');
const person = { userName: unique('dana'), password: `a long passphrase ${unique('of')}` };
const roleName = unique('dev');

let server: RunningServer;
let admin: IAM;
let browser: Browser;
let command: PackedCommand;

beforeAll(async () => {
  if (CHROMIUM === undefined) throw new Error('this suite needs Chromium: apt-get install chromium');
  mkdirSync(home);
  server = await obtainServer();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  admin = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  const { User: user } = await admin.createUser({ UserName: person.userName });
  await admin.createLoginProfile({ UserName: person.userName, Password: person.password });
  const statement = { Effect: 'Allow', Principal: { AWS: user?.Arn }, Action: 'sts:AssumeRole' };
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await admin.createRole({ RoleName: roleName, AssumeRolePolicyDocument: trust });
  command = await installPackedCommand(directory.path);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  directory.remove();
});

const roleArn = (): string => `arn:aws:iam::${server.accountId}:role/${roleName}`;
const sessionArn = (): string => `arn:aws:sts::${server.accountId}:assumed-role/${roleName}/${person.userName}`;
const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  ...more,
});
const run = (args: readonly string[], more?: Record<string, string>) =>
  runProgram(command.path, args, environment(more), command.directory);

/** A `rolecall login` that waits for the browser. */
interface WaitingLogin {
  readonly url: URL;
  readonly redirectUri: string;
  stderr(): string;
  ended(): Promise<number | null>;
}

async function beginLogin(args: readonly string[], more?: Record<string, string>): Promise<WaitingLogin> {
  return await waitFor(
    [...args, ...(more?.['BROWSER'] === undefined ? ['--no-browser'] : [])],
    more,
    /http\S+\/oidc\/auth\S+(?=\n)/,
  );
}

/** Starts a login, and waits until it has printed an address. */
async function waitFor(
  args: readonly string[],
  more: Record<string, string> | undefined,
  address: RegExp,
): Promise<WaitingLogin> {
  const child: ChildProcess = spawn(command.path, ['login', ...args], { env: environment(more), stdio: 'pipe' });
  let stderr = '';
  const exit = once(child, 'exit');
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const [found] = address.exec(stderr) ?? [];
      if (found !== undefined) resolve(new URL(found));
    });
    child.on('exit', () => reject(new Error(`it ended: ${stderr}`)));
  });
  return {
    url,
    redirectUri: url.searchParams.get('redirect_uri') ?? '',
    stderr: () => stderr,
    ended: async () => (await exit)[0] as number | null,
  };
}

/** Signs the person in with the browser; returns what the last page says. */
async function signIn(url: string, device: 'this device' | 'another device' = 'this device'): Promise<string> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 640, height: 640 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await signInByBrowser(page, person);
    const allow = page.getByRole('button', { name: 'Allow' });
    await allow.waitFor();
    await picture(page, `login-${device.replace(' ', '-')}`);
    await allow.click();
    if (device === 'this device') await page.waitForURL('http://127.0.0.1:*/**');
    else await page.getByText('You are signed in on the device').waitFor();
    return (await page.locator('body').textContent()) ?? '';
  } finally {
    await context.close();
  }
}

async function logIn(more?: Record<string, string>): Promise<WaitingLogin> {
  const login = await beginLogin(['--endpoint', server.url, '--profile', 'dev', '--role', roleArn()], more);
  await signIn(login.url.href);
  expect([login.stderr(), await login.ended()]).toEqual([expect.any(String), 0]);
  return login;
}

const sessionFile = (of = cache): string => {
  const [name = ''] = readdirSync(join(of, 'sessions')).filter((each) => each.endsWith('.json'));
  return join(of, 'sessions', name);
};

/** Ages the stored credentials, as if an hour had passed. */
function ageCredentials(file = sessionFile()): void {
  const session = JSON.parse(readFileSync(file, 'utf8')) as { credentials: Record<string, { Expiration: string }> };
  for (const each of Object.values(session.credentials)) each.Expiration = new Date(Date.now() - 1000).toISOString();
  writeFileSync(file, JSON.stringify(session), { mode: 0o600 });
}

describeOnEmbedded('the package', () => {
  test('holds the program, the server and their licences, and nothing of a checkout', () => {
    expect(command.files).toEqual(
      expect.arrayContaining([
        'package.json',
        'dist/cli/rolecall.js',
        'dist/app/main.js',
        'dist/third-party-licences.txt',
        'config/default.json',
        'LICENSE',
      ]),
    );
    const places = new Set(command.files.map((file) => file.split('/')[0]));
    expect([...places].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'config',
      'dist',
      'docs',
      'package.json',
    ]);
    expect(command.files.filter((file) => /(^|\/)(keys|data|node_modules)\/|\.env|\.tmp$|\.built/.test(file))).toEqual(
      [],
    );
  });

  test('runs without any other package, also the version and the help', async () => {
    expect(readdirSync(join(command.directory, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'rolecall',
    ]);
    expect(await run(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^rolecall \d+\.\d+\.\d+\n$/),
    });
    expect(await run(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolecall login --endpoint'),
    });
    expect(await run(['help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('rotate-keys') });
  });
});

describeOnEmbedded('before a sign-in', () => {
  test('[cli] credential_process fails at once, opens nothing, and names the command to run', async () => {
    const answer = await run(['credentials', '--profile', 'none']);
    expect(answer).toMatchObject({ status: 1, stdout: '' });
    expect(answer.stderr).toContain('rolecall login --profile none --endpoint URL --role ARN');
  });

  test.each([
    [['login', '--endpoint', 'http://iam.example.com'], 'must begin with https://'],
    [['login', '--profile', '../x', '--endpoint', 'https://x', '--role', 'y'], '--profile: a name has'],
    [['login', '--profile', 'x', '--endpoint', 'https://x', '--role', 'y'], '--role: give the ARN'],
    [['login'], '--endpoint is missing'],
    [['login', '--nonsense'], "Unknown option '--nonsense'"],
  ])('%j is not understood', async (args, message) => {
    const answer = await run(args);
    expect(answer).toMatchObject({ status: 2, stdout: '' });
    expect(answer.stderr).toContain(message);
  });
});

describe('a sign-in', () => {
  test('[cli] with $BROWSER: it gets the URL, and the answer ends the command', async () => {
    const opener = join(directory.path, 'browser');
    const opened = join(directory.path, 'opened');
    writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`, { mode: 0o755 });
    const login = await beginLogin(['--endpoint', server.url, '--profile', 'dev', '--role', roleArn()], {
      BROWSER: opener,
    });
    expect(await signIn(login.url.href)).toContain('Go back to the terminal');
    expect([await login.ended(), readFileSync(opened, 'utf8')]).toEqual([0, login.url.href]);
    expect(login.stderr()).toContain(`The profile dev is ${sessionArn()}.`);
    expect(login.stderr()).not.toContain('No browser could be opened');
  });

  test.each<[string, readonly string[], Record<string, string>]>([
    ['a browser that is missing is only told, and', [], { BROWSER: '/nonexistent/browser' }],
    ['with --device,', ['--device'], { BROWSER: '/bin/true' }],
  ])('[cli] [RFC 8628] %s a code is entered in the browser of another device', async (_, args, more) => {
    const target = ['--endpoint', server.url, '--profile', 'dev', '--role', roleArn()];
    const login = await waitFor([...target, ...args], more, /http\S+\/device\?user_code=[\w-]{9}/);
    expect(await signIn(login.url.href, 'another device')).toContain('You are signed in on the device');
    expect([login.stderr(), await login.ended()]).toEqual([expect.stringContaining('dev'), 0]);
    expect(login.stderr()).toContain(`The profile dev is ${sessionArn()}.`);
    expect(await run(['credentials', '--profile', 'dev'])).toMatchObject({ status: 0 });
  });

  test('secrets are for their owner only', () => {
    const modes = [sessionFile(), join(cache, 'sessions'), join(home, '.config', 'rolecall', 'profiles.json')];
    expect(modes.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700, 0o600]);
    expect(readdirSync(join(cache, 'sessions'))).toHaveLength(1);
  });

  test('[RFC 9700 §4.7] wrong answers do not disturb it; a right one from another issuer ends it', async () => {
    const login = await beginLogin(['--endpoint', server.url]);
    const status = async (query: Record<string, string>) => {
      const url = new URL(login.redirectUri);
      url.search = new URLSearchParams(query).toString();
      return (await fetch(url)).status;
    };
    const state = login.url.searchParams.get('state') ?? '';
    expect(await status({ code: 'stolen' })).toBe(400);
    expect(await status({ code: 'stolen', state: `${state}x`, iss: `${server.url}/oidc` })).toBe(400);
    await status({ code: 'stolen', state, iss: 'https://evil.example/oidc' });
    expect(await login.ended()).toBe(1);
    expect(login.stderr()).toContain('comes from another server');
  });

  test('a role that does not trust the person is refused with the reason of AssumeRole', async () => {
    const other = unique('other');
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${server.accountId}:user/admin` },
      Action: 'sts:AssumeRole',
    };
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await admin.createRole({ RoleName: other, AssumeRolePolicyDocument: trust });
    const arn = `arn:aws:iam::${server.accountId}:role/${other}`;
    const login = await beginLogin(['--endpoint', server.url, '--profile', 'other', '--role', arn]);
    await signIn(login.url.href);
    expect(await login.ended()).toBe(1);
    expect(login.stderr()).toMatch(/is not authorized to perform: sts:AssumeRole on resource: .*role\/other/);
  });
});

describeOnEmbedded('the AWS tools', () => {
  const aws = findAwsPrograms();
  /** Whether it reads `endpoint_url` of the profile; Debian's is older. */
  const readsEndpoint = (path: string): boolean => {
    const [, major, minor] = /(\d+)\.(\d+)/.exec(aws.find((each) => each.path === path)?.version ?? '') ?? [];
    return Number(minor) >= (major === '1' ? 29 : 13);
  };
  const who = async (path: string): Promise<string> => {
    const args = ['sts', 'get-caller-identity', '--profile', 'dev', '--query', 'Arn', '--output', 'text'];
    const endpoint = readsEndpoint(path) ? [] : ['--endpoint-url', server.url];
    const { stdout, stderr } = await runProgram(path, [...endpoint, ...args], environment({ AWS_PAGER: '' }));
    return stdout.trim() || stderr;
  };
  const key = async (): Promise<string> =>
    (JSON.parse((await run(['credentials', '--profile', 'dev'])).stdout) as { AccessKeyId: string }).AccessKeyId;

  beforeAll(async () => {
    await logIn();
    expect(await run(['configure-profile', '--profile', 'dev'])).toMatchObject({ status: 0 });
  });

  test('there are some', () => {
    expect([aws.length, pythons.length].every((count) => count > 0)).toBe(true);
  });

  test.each(aws)('$version acts as the role, across two refreshes', async ({ path }) => {
    const keys = [await key()];
    expect(await who(path)).toBe(sessionArn());
    for (let round = 0; round < 2; round++) {
      ageCredentials();
      expect(await who(path)).toBe(sessionArn());
      keys.push(await key());
    }
    expect(new Set(keys).size).toBe(3);
  });

  test.each(pythons)('boto3 of %s renews the credentials of a client that runs on', async (path) => {
    const program = [
      'import boto3, json, sys',
      'session = boto3.Session(profile_name="dev")',
      '# Debian has a version that does not read endpoint_url of the profile.',
      'is_old = int(boto3.__version__.split(".")[1]) < 28',
      'sts = session.client("sts", endpoint_url=sys.argv[1] if is_old else None)',
      'arns = []',
      'for _ in range(3):',
      '    arns.append(sts.get_caller_identity()["Arn"])',
      '    credentials = session.get_credentials()',
      '    credentials._expiry_time = credentials._time_fetcher()',
      'print(json.dumps(arns))',
    ].join('\n');
    const { stdout, stderr } = await runProgram(path, ['-c', program, server.url], environment());
    expect([stderr, JSON.parse(stdout || '[]')]).toEqual(['', [sessionArn(), sessionArn(), sessionArn()]]);
  });

  test('[cli] ten at once refresh once', async () => {
    const before = await key();
    ageCredentials();
    const answers = await Promise.all(Array.from({ length: 10 }, () => run(['credentials', '--profile', 'dev'])));
    expect(answers.map(({ status, stderr }) => [status, stderr])).toEqual(answers.map(() => [0, '']));
    const after = new Set(answers.map(({ stdout }) => (JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId));
    expect([after.size, after.has(before)]).toEqual([1, false]);
    expect(JSON.parse(answers[0]?.stdout ?? '')).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });
});

describe('attacks and ends', () => {
  test('a cache that others can read is not used', async () => {
    await logIn();
    chmodSync(sessionFile(), 0o644);
    const answer = await run(['credentials', '--profile', 'dev']);
    expect(answer).toMatchObject({ status: 1, stdout: '' });
    expect(answer.stderr).toContain('other users can open');
    chmodSync(sessionFile(), 0o600);
  });

  test('signing out ends the sign-in at the server, so that a copy of the cache is worth nothing', async () => {
    await logIn();
    const stolen = join(directory.path, 'stolen');
    cpSync(cache, join(stolen, 'rolecall'), { recursive: true });
    expect(await run(['logout'])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('You are signed out of'),
    });
    expect(await run(['credentials', '--profile', 'dev'])).toMatchObject({ status: 1, stdout: '' });
    expect(await run(['logout'])).toMatchObject({ status: 0, stderr: 'Nobody was signed in.\n' });

    ageCredentials(sessionFile(join(stolen, 'rolecall')));
    const thief = await run(['credentials', '--profile', 'dev'], { XDG_CACHE_HOME: stolen });
    expect(thief).toMatchObject({ status: 1, stdout: '' });
    expect(thief.stderr).toMatch(/the sign-in has ended .*Sign in: rolecall login --profile dev/);
  });

  test('a refresh token that was used twice ends the sign-in for the thief and the owner', async () => {
    await logIn();
    const stolen = join(directory.path, 'used twice');
    cpSync(cache, join(stolen, 'rolecall'), { recursive: true });
    ageCredentials();
    expect(await run(['credentials', '--profile', 'dev'])).toMatchObject({ status: 0 });
    ageCredentials(sessionFile(join(stolen, 'rolecall')));
    expect(await run(['credentials', '--profile', 'dev'], { XDG_CACHE_HOME: stolen })).toMatchObject({ status: 1 });
    ageCredentials();
    expect(await run(['credentials', '--profile', 'dev'])).toMatchObject({ status: 1, stdout: '' });
  });
});
