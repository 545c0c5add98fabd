import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { findAwsPrograms } from '../../harness/aws-cli.ts';
import { type Ended, runProgram } from '../../harness/run-program.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { unique } from '../support/unique.ts';
import { openScene, picture, type Scene, signIn } from './openid-scene.ts';

/** The start page in Chromium, and what it gives out in the programs that people paste it into. */

const directory = temporaryDirectory();
const ROLES = [
  { name: unique('deploy'), description: 'Rolls releases out to production' },
  { name: unique('logs'), description: 'Reads the logs of every service' },
  { name: unique('support'), description: '' },
];
const FACTOR = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
const icon = (colour: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="${colour}"/><circle cx="20" cy="20" r="9" fill="#fff"/></svg>`,
  ).toString('base64')}`;
const saml = [
  ['Payroll', '#0f766e'],
  ['Service desk', '#b45309'],
].map(([displayName = '', colour = '']) => {
  const id = displayName.toLowerCase().replace(' ', '-');
  const acs = [{ url: `https://${id}.example/acs` }];
  return { id, displayName, icon: icon(colour), entityId: `https://${id}.example`, acs };
});
const clients = ['Build farm', 'Knowledge base of the whole company', 'Wiki'].map((client_name) => ({
  client_id: client_name.toLowerCase().replaceAll(' ', '-'),
  client_name,
  redirect_uris: ['https://wiki.example/callback'],
  token_endpoint_auth_method: 'none',
}));

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ clients, saml });
  const { admin, person, server } = scene;
  const trust = (more: object): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: server.accountId }, Action: 'sts:AssumeRole', ...more }],
    });
  for (const { name: RoleName, description } of ROLES) {
    const AssumeRolePolicyDocument = trust(RoleName === ROLES[2]?.name ? FACTOR : {});
    await admin.createRole({
      RoleName,
      AssumeRolePolicyDocument,
      ...(description !== '' && { Description: description }),
    });
  }
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await admin.putUserPolicy({ UserName: person.userName, PolicyName: 'AssumeRoles', PolicyDocument });
});
afterAll(async () => {
  await scene.close();
  directory.remove();
});

async function openStart(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(scene.server.url);
  await signIn(page, { account: scene.server.accountId, ...scene.person });
  await page.waitForURL('**/start');
  return page;
}

const getButton = (page: Page, role: string) => page.getByRole('button', { name: `Get credentials of ${role}` });
/** Whether nothing of the page is cut off at the side. */
const fits = (page: Page) => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');

describe('the start page in Chromium', () => {
  test.each([
    ['phone', 'light'],
    ['phone', 'dark'],
    ['desktop', 'light'],
    ['desktop', 'dark'],
  ] as const)('fits a %s, in %s colours, without scripts', async (viewport, colours) => {
    const context = await scene.newContext(viewport, colours);
    const page = await openStart(context);
    await picture(page, `start-${colours}-${viewport}`);
    expect(await fits(page)).toBe(true);
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Apps and roles']);
    const tile = page.getByRole('link', { name: DEMO_CLIENT.client_name });
    expect(await tile.getAttribute('href')).toBe(new URL('/', DEMO_CLIENT.redirect_uris[0]).href);
    await getButton(page, ROLES[0]?.name ?? '').click();
    await page.getByRole('heading', { name: `Credentials of ${ROLES[0]?.name}` }).waitFor();
    await picture(page, `credentials-${colours}-${viewport}`, 'details[open] pre');
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await page.getByText('This browser').waitFor();
    await picture(page, `account-${colours}-${viewport}`);
    expect(await fits(page)).toBe(true);
    await context.close();
  });

  test('searches while somebody types, and by the keyboard alone', async () => {
    const context = await scene.newContext('desktop', 'light', 'scripts');
    const page = await openStart(context);
    const search = page.getByRole('searchbox', { name: 'Search apps and roles' });
    await search.focus();
    await page.keyboard.type('releases');
    await page.getByText('1 found on this page').waitFor();
    expect(await getButton(page, ROLES[0]?.name ?? '').isVisible()).toBe(true);
    expect(await getButton(page, ROLES[1]?.name ?? '').isVisible()).toBe(false);
    // From the field to the search button, and to the only role.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Credentials of ${ROLES[0]?.name}` }).waitFor();
    await context.close();
  });

  test('copies with a button of its own, and shows when the credentials end', async () => {
    const context = await scene.newContext('desktop', 'light', 'scripts');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await openStart(context);
    const problems: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    await getButton(page, ROLES[1]?.name ?? '').click();
    await page.getByRole('button', { name: 'Copy: bash or zsh' }).click();
    await page.getByText('Copied.', { exact: true }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied.replaceAll('\r\n', '\n')).toBe(await textFor(page, 'bash or zsh'));
    await picture(page, 'credentials-copied-desktop', 'details[open] pre');
    expect(await page.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-.*Z$/);
    // Nothing is left to a reload by address, or to the history.
    await page.goto(`${scene.server.url}/start/credentials`);
    expect(new URL(page.url()).pathname).toBe('/start');
    expect(problems).toEqual([]);
    await context.close();
  });

  test('cannot be framed', async () => {
    const context = await scene.newContext('desktop', 'light', 'scripts');
    const page = await openStart(context);
    await context.route('https://attacker.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${scene.server.url}/start"></iframe>` }),
    );
    await page.goto('https://attacker.example/');
    await page.waitForLoadState('networkidle');
    const [framed] = page.mainFrame().childFrames();
    expect(framed?.url()).toBe('chrome-error://chromewebdata/');
    await context.close();
  });
});

const textFor = async (page: Page, name: string): Promise<string> =>
  (await page.locator(`pre[aria-label="${name}"]`).textContent()) ?? '';

/** The texts that the page gives out for a role. */
async function pastedTexts(role: string): Promise<(name: string) => string> {
  const context = await scene.newContext('desktop');
  const page = await openStart(context);
  await getButton(page, role).click();
  const found = new Map<string, string>();
  for (const pre of await page.locator('pre').all()) {
    found.set((await pre.getAttribute('aria-label')) ?? '', (await pre.textContent()) ?? '');
  }
  await context.close();
  return (name) => found.get(name) ?? '';
}

const bash = (lines: string, home = directory.path): Promise<Ended> => {
  const kept = Object.fromEntries(
    ['PATH', 'PYENV_ROOT', 'PYENV_VERSION'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const env = { ...kept, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' };
  return runProgram('/bin/bash', ['-c', lines], env);
};

/** Whether the aws CLI of this version reads the endpoint from the environment and the configuration file. */
function readsEndpoint(version: string): boolean {
  const [, major = '', minor = ''] = /aws-cli\/(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) === 1 ? Number(minor) >= 29 : Number(minor) >= 13;
}

const role = ROLES[0]?.name ?? '';
const arn = () => `arn:aws:sts::${scene.server.accountId}:assumed-role/${role}/${scene.person.userName}`;

describe.each(findAwsPrograms())('what is pasted, in $version', ({ path, version }) => {
  const endpoint = () => (readsEndpoint(version) ? '' : ` --endpoint-url '${scene.server.url}'`);

  test('works in a shell', async () => {
    const text = await pastedTexts(role);
    const whoami = `'${path}'${endpoint()} sts get-caller-identity --query Arn --output text`;
    const { stdout, stderr } = await bash(`${text('bash or zsh')}\n${whoami}`);
    expect([stdout.trim(), stderr]).toEqual([arn(), '']);
    const older = text('aws CLI before 2.13 and 1.29, boto3 before 1.28').replace(/^aws/, `'${path}'`);
    const plain = await bash(`${text('bash or zsh')}\nunset AWS_ENDPOINT_URL\n${older} --query Arn --output text`);
    expect([plain.stdout.trim(), plain.stderr]).toEqual([arn(), '']);
  });

  test('works in the files of profiles, and as credential_process', async () => {
    const text = await pastedTexts(role);
    const home = join(directory.path, version.replace(/\W/g, '-'));
    mkdirSync(join(home, '.aws'), { recursive: true });
    const json = join(home, 'credentials.json');
    writeFileSync(json, text('JSON for credential_process'));
    writeFileSync(join(home, '.aws', 'credentials'), `${text('~/.aws/credentials')}\n`);
    const config = text('~/.aws/config');
    const process = `[profile process]\ncredential_process = cat ${json}\nregion = us-east-1\nendpoint_url = ${scene.server.url}\n`;
    writeFileSync(join(home, '.aws', 'config'), `${config}\n${process}`);
    const profile = /\[profile (.*)\]/.exec(config)?.[1] ?? '';
    for (const name of [profile, 'process']) {
      const whoami = `'${path}' --profile '${name}'${endpoint()} sts get-caller-identity --query Arn --output text`;
      const { stdout, stderr } = await bash(whoami, home);
      expect([stdout.trim(), stderr]).toEqual([arn(), '']);
    }
  });
});

test('what is pasted works in boto3, which reads the endpoint from the environment', async () => {
  const text = await pastedTexts(role);
  const script = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';
  const { stdout, stderr } = await bash(`${text('bash or zsh')}\npython3 -c '${script}'`);
  expect([stdout.trim(), stderr]).toEqual([arn(), '']);
});
