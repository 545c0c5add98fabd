import { existsSync } from 'node:fs';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Browser, chromium } from 'playwright-core';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { allow, beginSignIn, picture, redirectUri } from './openid-scene.ts';

/**
 * A sign-in through an outside provider, in Chromium: only a browser says whether its cookies come along when another site sends it back.
 * The two sites differ by their names: `localhost` and `127.0.0.1`.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';

let outside: OutsideProvider;
let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  outside = await startOutsideProvider('127.0.0.1');
  const connector = {
    name: 'google',
    preset: 'google',
    issuer: outside.issuer,
    clientId: OUTSIDE_CLIENT,
    clientSecret: OUTSIDE_SECRET,
    hostedDomains: ['corp.example'],
    rules: { groups: { map: [{ value: 'eng', group: 'Developers' }] } },
  };
  server = await obtainServer({
    config: { oidc: { clients: [DEMO_CLIENT], allowPrivateNetworks: true }, federation: { connectors: [connector] } },
  });
  outside.register([`${server.url}/federation/google/callback`]);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await outside?.close();
});

test('a person signs in to an app by «Continue with Google», in Chromium without JavaScript', async () => {
  const admin = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  await admin.createGroup({ GroupName: 'Developers' });
  const claims = { hd: 'corp.example', email: 'ada@corp.example', email_verified: true, name: 'Ada', groups: ['eng'] };
  outside.people.set('1', claims);
  outside.next = '1';
  const app = await oidc.discovery(new URL(`${server.url}/oidc`), DEMO_CLIENT.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.route(`${redirectUri}**`, (route) => route.fulfill({ status: 200, body: 'the app' }));
  const page = await context.newPage();
  const { url, ...checks } = await beginSignIn(app, { scope: 'openid profile email groups' });
  await page.goto(url.href);
  await picture(page, 'sign-in-connectors');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await allow(page);
  const tokens = await oidc.authorizationCodeGrant(app, new URL(page.url()), checks);
  expect(tokens.claims()).toMatchObject({
    name: 'Ada',
    preferred_username: 'ada',
    email: 'ada@corp.example',
    groups: ['Developers'],
  });
  const { Groups } = await admin.listGroupsForUser({ UserName: 'ada' });
  expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['Developers']);
  // Users of a connector are ordinary IAM users: the API shows where they came from.
  expect((await admin.getUser({ UserName: 'ada' })).User?.Path).toBe('/federated/google/');
});
