import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { allow, trust } from '../../harness/documents.ts';
import { at, type Fleet, iamOf, startFleet, stsOf } from '../../harness/fleet.ts';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import type { RunningServer } from '../../harness/start-server.ts';
import { beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from '../oidc/app.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'seven quiet otters swim';
const CLIENT = { client_id: 'app', client_secret: SECRET, redirect_uris: [REDIRECT_URI] };
const asApp = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };

let directory: string;
let fleet: Fleet;
let app: oidc.Configuration;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-ended-'));
  const config = join(directory, 'config.json');
  const clients = [{ ...CLIENT, grant_types: ['authorization_code', 'refresh_token'] }];
  await writeFile(config, JSON.stringify({ oidc: { clients } }));
  fleet = await startFleet({ count: 3, env: { ROLECALL_CONFIG: config } });
  app = await oidc.discovery(new URL(`${at(fleet).url}/oidc`), 'app', undefined, oidc.ClientSecretBasic(SECRET), {
    execute: [oidc.allowInsecureRequests],
  });
  const iam = iamOf(at(fleet));
  await iam.createUser({ UserName: 'alice' });
  await iam.createLoginProfile({ UserName: 'alice', Password: PASSWORD });
  const Url = `${at(fleet).url}/oidc`;
  await iam.createOpenIDConnectProvider({ Url, ClientIDList: ['app'], ThumbprintList: ['a'.repeat(40)] });
  const Federated = `arn:aws:iam::${at(fleet).accountId}:oidc-provider/${Url.replace('http://', '')}`;
  const AssumeRolePolicyDocument = trust({ Federated }, { action: 'sts:AssumeRoleWithWebIdentity' });
  await iam.createRole({ RoleName: 'web', AssumeRolePolicyDocument });
  await iam.putRolePolicy({ RoleName: 'web', PolicyName: 'all', PolicyDocument: allow('*') });
});
afterAll(async () => {
  await fleet?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function typeIn(person: Person, url: string): Promise<PageSeen> {
  const typed = { account: at(fleet).accountId, 'user name': 'alice', password: PASSWORD };
  return expectPage(await expectPage(await person.open(url)).submit('sign in', typed));
}

/** A browser that sends its cookies to another process of the fleet. */
async function headingAt(server: RunningServer, person: Person): Promise<string> {
  const direct = globalThis.fetch;
  const { url } = at(fleet);
  globalThis.fetch = (input, init = {}) => direct(String(input).replace(url, server.url), init);
  try {
    const seen = await person.open(`${url}/sign-in`);
    return seen.kind === 'page' ? seen.heading : 'Sign in';
  } finally {
    globalThis.fetch = direct;
  }
}

test('[S36] EndUserSessions at one process ends everything of the user at every process', async () => {
  const person = newPerson(at(fleet).url);
  const { url, checks } = await beginLogin(app, { scope: 'openid offline_access' });
  const consent = await typeIn(person, url.href);
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks);
  const halfWay = await typeIn(newPerson(at(fleet).url), (await beginLogin(app)).url.href);
  const { Credentials } = await stsOf(at(fleet), {
    accessKeyId: 'none',
    secretAccessKey: 'none',
  }).assumeRoleWithWebIdentity({
    RoleArn: `arn:aws:iam::${at(fleet).accountId}:role/web`,
    RoleSessionName: 'web',
    WebIdentityToken: tokens.id_token ?? '',
  });
  const role = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };

  const holds = async (server: RunningServer) => ({
    browser: await headingAt(server, person),
    userInfo: (await fetch(`${server.url}/oidc/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }))
      .status,
    role: await stsOf(server, role)
      .getCallerIdentity({})
      .then(
        () => 'works',
        ({ name }: Error) => name,
      ),
  });
  const everywhere = async () => {
    const found: Awaited<ReturnType<typeof holds>>[] = [];
    // One after the other: the browser has one jar of cookies.
    for (const server of fleet.servers) found.push(await holds(server));
    return found;
  };
  const all = <Value>(value: Value) => fleet.servers.map(() => value);
  expect(await everywhere()).toEqual(all({ browser: 'Your account', userInfo: 200, role: 'works' }));

  await callRolecall(at(fleet, 1), 'EndUserSessions', { UserName: 'alice' });
  // Browsers and tokens are checked against the store; role sessions against a cache that follows the feed.
  const ended = { browser: 'Sign in', userInfo: 401 };
  expect(await everywhere()).toMatchObject(all(ended));
  await until(async () => (await everywhere()).every((each) => each.role === 'InvalidClientTokenId'));
  const refresh = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
  for (const server of fleet.servers) {
    const answer = await fetch(`${server.url}/oidc/token`, { method: 'POST', body: refresh, headers: asApp });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  }
  expect(expectPage(await halfWay.submit('allow')).heading).toBe('Sign in');
  // Nobody is disabled.
  expect((await typeIn(newPerson(at(fleet).url), `${at(fleet).url}/sign-in`)).heading).toBe('Your account');
});
