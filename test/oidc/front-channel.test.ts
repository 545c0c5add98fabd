import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { clientSettingsShape } from '../../src/identity/applications/oidc/client-settings.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { beginLogin, expectLeft, expectPage, SECRET } from './app.ts';

const PASSWORD = 'seven quiet otters swim';
const BASE = { client_secret: SECRET, grant_types: ['authorization_code'] };
const clientAt = (host: string, more: object = {}) => ({
  ...BASE,
  client_id: host,
  client_name: `The ${host}`,
  redirect_uris: [`https://${host}.example/callback`],
  post_logout_redirect_uris: [`https://${host}.example/bye`],
  ...more,
});
const frame = (host: string) => ({ frontchannel_logout_uri: `https://${host}.example/signed-out?of=rolecall` });
const CLIENTS = [
  clientAt('front', { ...frame('front'), frontchannel_logout_session_required: true }),
  clientAt('other', frame('other')),
  // Nothing listens there, so the notice fails; that must not bring the frame back.
  clientAt('both', { ...frame('both'), backchannel_logout_uri: 'http://127.0.0.1:1/logout' }),
  clientAt('none'),
];

let server: InProcessServer;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-front-'));
  const config = join(directory, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ oidc: { allowPrivateNetworks: true, clients: CLIENTS } }));
  server = await startInProcess({ ROLECALL_CONFIG: config });
  const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin, maxAttempts: 1 });
  await iam.createUser({ UserName: 'front' });
  await iam.createLoginProfile({ UserName: 'front', Password: PASSWORD });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function appOf(clientId: string): Promise<oidc.Configuration> {
  const execute = [oidc.allowInsecureRequests];
  const authentication = oidc.ClientSecretBasic(SECRET);
  return await oidc.discovery(new URL(`${server.url}/oidc`), clientId, undefined, authentication, { execute });
}

/** Signs in to an app. The first sign-in of a browser asks for the password, each app for consent. */
async function signIn(person: Person, clientId: string): Promise<{ readonly idToken: string; readonly sid: unknown }> {
  const app = await appOf(clientId);
  const { url, checks } = await beginLogin(app, { redirect_uri: `https://${clientId}.example/callback` });
  const typed = { account: ACCOUNT_ID, 'user name': 'front', password: PASSWORD };
  let seen = await person.open(url.href);
  if (!expectPage(seen).buttons.includes('Allow')) seen = await expectPage(seen).submit('sign in', typed);
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await expectPage(seen).submit('allow')), checks);
  return { idToken: tokens.id_token ?? '', sid: decodeJwt(tokens.id_token ?? '')['sid'] };
}

/** The page after a person has confirmed that an app may sign them out. */
async function signOut(person: Person, clientId: string, idToken: string): Promise<Seen> {
  const url = oidc.buildEndSessionUrl(await appOf(clientId), {
    id_token_hint: idToken,
    post_logout_redirect_uri: `https://${clientId}.example/bye`,
    state: 'a "state"&',
  });
  return await expectPage(await person.open(url.href)).submit('sign out');
}

const framesIn = (page: PageSeen): readonly URL[] =>
  Array.from(page.html.matchAll(/<iframe src="([^"]+)"/g), ([, src = '']) => new URL(src.replaceAll('&amp;', '&')));

describe('[Front-Channel Logout 1.0] the browser ends the sessions of apps', () => {
  test('[oidcc-frontchannel-rp-initiated-logout §2] one frame for each app, with iss and sid, then it goes on', async () => {
    const person = newPerson(server.url);
    const front = await signIn(person, 'front');
    const other = await signIn(person, 'other');
    await signIn(person, 'none');
    const page = expectPage(await signOut(person, 'front', front.idToken));
    const issuer = `${server.url}/oidc`;
    expect(framesIn(page).map((url) => [url.host, ...url.searchParams])).toEqual([
      ['front.example', ['of', 'rolecall'], ['iss', issuer], ['sid', front.sid]],
      ['other.example', ['of', 'rolecall'], ['iss', issuer], ['sid', other.sid]],
    ]);
    const next = 'https://front.example/bye?state=a+%22state%22%26';
    expect(page.headers.get('refresh')).toBe(`3;url=${next}`);
    expect(page.headers.get('location')).toBeNull();
    expect(page.text).toContain('The front');
    expect(expectLeft(await page.follow('Continue')).href).toBe(next);
  });

  test('only the registered addresses may be framed, and they cannot lead the page elsewhere', async () => {
    const person = newPerson(server.url);
    const { idToken } = await signIn(person, 'front');
    const page = expectPage(await signOut(person, 'front', idToken));
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toContain('frame-src https://front.example');
    expect(page.html).toContain('sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer"');
  });

  test('the session has ended before the browser loads anything', async () => {
    const person = newPerson(server.url);
    const { idToken } = await signIn(person, 'front');
    await signOut(person, 'front', idToken);
    expect(expectPage(await person.open(`${server.url}/sign-in`)).buttons).toContain('Continue');
  });

  test('an app that is notified directly has no frame', async () => {
    const person = newPerson(server.url);
    const { idToken } = await signIn(person, 'both');
    expect(expectLeft(await signOut(person, 'both', idToken)).href).toContain('https://both.example/bye');
  });

  test('without such apps the browser goes on at once', async () => {
    const person = newPerson(server.url);
    const { idToken } = await signIn(person, 'none');
    expect(expectLeft(await signOut(person, 'none', idToken)).href).toContain('https://none.example/bye');
  });

  test('a person who stays signed in loads no frames', async () => {
    const person = newPerson(server.url);
    const { idToken } = await signIn(person, 'front');
    const url = oidc.buildEndSessionUrl(await appOf('front'), { id_token_hint: idToken });
    const page = expectPage(await expectPage(await person.open(url.href)).submit('stay'));
    expect(framesIn(page)).toEqual([]);
    expect(page.text).toContain('You are still signed in');
  });

  test('[§3] discovery announces it', async () => {
    expect((await appOf('front')).serverMetadata()).toMatchObject({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    });
  });

  test('[§2] the address must have the scheme, host and port of a redirect URI', () => {
    const problemOf = (frontchannel_logout_uri: string) =>
      clientSettingsShape.safeParse(clientAt('front', { frontchannel_logout_uri })).error?.issues[0]?.message;
    expect(problemOf('https://front.example/elsewhere')).toBeUndefined();
    for (const uri of ['https://front.example:8443/', 'https://www.front.example/', 'http://front.example/']) {
      expect(problemOf(uri)).toBe('must have the scheme, host and port of one of redirect_uris');
    }
  });

  test('[ASVS 3.4.3] a host cannot add directives or sources to the page’s content security policy', () => {
    const problemOf = (origin: string) =>
      clientSettingsShape.safeParse(
        clientAt('front', { redirect_uris: [`${origin}/callback`], frontchannel_logout_uri: `${origin}/bye` }),
      ).error?.issues[0]?.message;
    for (const origin of ['https://front.example;sandbox', 'https://a,b', "https://'self'", 'https://a;report-uri']) {
      expect(problemOf(origin)).toBe('must have a host of letters, digits, dots, hyphens and underscores');
    }
    for (const origin of ['https://front_1.example:8443', 'https://bücher.example', 'https://[2001:db8::1]']) {
      expect(problemOf(origin)).toBeUndefined();
    }
  });
});
