import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { at, type Fleet, startFleet } from '../../harness/fleet.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from '../oidc/app.ts';

const CLIENT = { client_id: 'app', client_secret: SECRET, redirect_uris: [REDIRECT_URI] };
const ASKED = 12;

let redis: RedisServer;
let directory: string;
let fleet: Fleet;
let app: oidc.Configuration;
beforeAll(async () => {
  redis = await startRedis(DURABLE);
  directory = await mkdtemp(join(tmpdir(), 'rolecall-races-'));
  const config = join(directory, 'config.json');
  const clients = [{ ...CLIENT, grant_types: ['authorization_code', 'refresh_token'] }];
  await writeFile(config, JSON.stringify({ oidc: { clients } }));
  fleet = await startFleet({ count: 2, redis, env: { ROLECALL_CONFIG: config, ROLECALL_ROOT_PASSWORD: PASSWORD } });
  app = await oidc.discovery(new URL(`${at(fleet).url}/oidc`), 'app', undefined, oidc.ClientSecretBasic(SECRET), {
    execute: [oidc.allowInsecureRequests],
  });
});
afterAll(async () => {
  await fleet?.stop();
  await redis?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

const PASSWORD = 'seven quiet otters swim';
const asApp = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };

/** Asks both processes for tokens, by turns. */
function ask(index: number, form: Record<string, string>): Promise<Response> {
  const url = `${at(fleet, index % 2).url}/oidc/token`;
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers: asApp });
}
const askAtOnce = (form: Record<string, string>) =>
  Promise.all(Array.from({ length: ASKED }, (_, index) => ask(index, form)));

/** The consent page, after a sign-in at the first process. */
async function toConsent(url: URL, person: Person = newPerson(at(fleet).url)): Promise<PageSeen> {
  const typed = { 'user name': at(fleet).root.email, password: PASSWORD };
  return expectPage(await expectPage(await person.open(url.href)).submit('sign in', typed));
}

/** Does something while what browsers send to the first process goes to both, by turns. */
async function byTurns<Value>(act: () => Promise<Value>): Promise<Value> {
  const direct = globalThis.fetch;
  let sent = 0;
  globalThis.fetch = (input, init = {}) => {
    const { url } = at(fleet, sent++ % 2);
    const headers = { ...(init.headers as Record<string, string>), origin: url };
    return direct(String(input).replace(at(fleet).url, url), { ...init, headers });
  };
  try {
    return await act();
  } finally {
    globalThis.fetch = direct;
  }
}

/** The form of a code's exchange, after a login at the first process. */
async function newCode(person: Person = newPerson(at(fleet).url)): Promise<Record<string, string>> {
  const { url, checks } = await beginLogin(app, { scope: 'openid offline_access' });
  const left = expectLeft(await (await toConsent(url, person)).submit('allow'));
  return {
    grant_type: 'authorization_code',
    code: left.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: checks.pkceCodeVerifier,
  };
}
type Tokens = Record<'access_token' | 'refresh_token', string>;
const tokensOf = async (answer: Response): Promise<Tokens> => (await answer.json()) as Tokens;
const byRefresh = ({ refresh_token }: Tokens) => ({ grant_type: 'refresh_token', refresh_token });

describe('two processes on one Redis', () => {
  test.each([
    ['[S03] a code', newCode],
    ['[S06] a refresh token', async () => byRefresh(await tokensOf(await ask(0, await newCode())))],
  ])('%s used concurrently at both: exactly one succeeds, and what it issued is worthless', async (_what, form) => {
    const answers = await askAtOnce(await form());
    const won = answers.filter(({ ok }) => ok);
    expect(won).toHaveLength(1);
    for (const answer of answers.filter(({ ok }) => !ok)) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
    }
    for (const answer of won) {
      const tokens = await tokensOf(answer);
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      for (const index of [0, 1]) {
        expect((await fetch(`${at(fleet, index).url}/oidc/me`, { headers })).status).toBe(401);
        expect((await ask(index, byRefresh(tokens))).status).toBe(400);
      }
    }
  });

  test('[S03] a password and a consent sent concurrently at both yield one code; the others continue', async () => {
    const atOnce = (count: number, act: () => Promise<Seen>): Promise<Seen[]> =>
      byTurns(() => Promise.all(Array.from({ length: count }, act)));
    const isLate = ({ heading }: PageSeen): boolean => /already (answered|finished)/.test(heading);
    const { url, checks } = await beginLogin(app);
    const signIn = expectPage(await newPerson(at(fleet).url).open(url.href));
    const typed = { 'user name': at(fleet).root.email, password: PASSWORD };
    // Ten attempts are let through in a row.
    const asked = (await atOnce(6, () => signIn.submit('sign in', typed))).map(expectPage);
    const [consent, ...more] = asked.filter((page) => !isLate(page));
    expect([consent?.status, more]).toEqual([200, []]);
    const sent = await atOnce(ASKED, () => (consent as PageSeen).submit('allow'));
    for (const page of sent.filter(({ kind }) => kind === 'page').map(expectPage)) expect(isLate(page)).toBe(true);
    const codes = sent.filter(({ kind }) => kind === 'left').map((each) => expectLeft(each).searchParams.get('code'));
    expect(codes).toEqual([expect.any(String)]);
    const code = String(codes[0]);
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
    const exchanged = await askAtOnce({ ...form, code_verifier: checks.pkceCodeVerifier });
    expect(exchanged.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('[S06] a refresh token used at one and then at the other revokes the family', async () => {
    const first = await tokensOf(await ask(0, await newCode()));
    const second = await tokensOf(await ask(1, byRefresh(first)));
    expect((await ask(0, { ...byRefresh(first), scope: 'openid' })).status).toBe(400);
    expect((await ask(1, byRefresh(second))).status).toBe(400);
  });
});
