import { CreateLoginProfileCommand, DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type Person } from '../../harness/person.ts';
import { expectPage } from '../oidc/app.ts';
import { account, allow, keyOf, makeRole, makeUser, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

const PASSWORD = 'a long and unusual passphrase';
const MINUTE = 60_000;

let server: InProcessServer;
let broker: Key;
beforeAll(async () => {
  server = await startInProcess();
  broker = await makeUser(server, 'broker', allow(['sts:AssumeRole', 'sts:GetFederationToken']));
  await server.iam().send(new CreateLoginProfileCommand({ UserName: 'broker', Password: PASSWORD }));
  for (const name of ['reader', 'writer', 'gone'])
    await makeRole(server, name, { trust: trust(account), policy: allow('sts:AssumeRole') });
});
afterAll(() => server.close());

async function assume(role: string, by = broker, session = 'ann'): Promise<Key> {
  const command = new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: session });
  return keyOf((await server.sts(by).send(command)).Credentials);
}

const sessionOf = ({ accessKeyId, secretAccessKey, sessionToken }: Key): string =>
  JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken });

interface Asked {
  readonly status: number;
  readonly body: { readonly SigninToken?: string; readonly error?: string; readonly message?: string };
}

async function ask(fields: Record<string, string>, by: 'GET' | 'POST' = 'GET'): Promise<Asked> {
  const form = new URLSearchParams({ Action: 'getSigninToken', ...fields });
  const url = `${server.url}/federation`;
  const response = await (by === 'GET' ? fetch(`${url}?${form}`) : fetch(url, { method: 'POST', body: form }));
  return { status: response.status, body: (await response.json()) as Asked['body'] };
}

async function tokenOf(key: Key, more: Record<string, string> = {}): Promise<string> {
  const { body } = await ask({ Session: sessionOf(key), ...more });
  if (body.SigninToken === undefined) throw new Error(`refused: ${JSON.stringify(body)}`);
  return body.SigninToken;
}

const link = (token: string, more: Record<string, string> = {}): string =>
  `${server.url}/federation?${new URLSearchParams({ Action: 'login', Issuer: 'https://broker.example', SigninToken: token, ...more })}`;
const present = async (person: Person): Promise<string> =>
  expectPage(await person.open(`${server.url}/federation/session`)).text;

describe('getSigninToken', () => {
  test.each(['GET', 'POST'] as const)('by %s, in the shape of AWS', async (method) => {
    const { status, body } = await ask({ Session: sessionOf(await assume('reader')), SessionType: 'json' }, method);
    expect([status, body]).toEqual([200, { SigninToken: expect.stringMatching(/^[\w-]{43}$/) }]);
  });

  test('credentials that are not valid are refused alike, whatever is wrong', async () => {
    const [right, other] = [await assume('reader'), await assume('reader')];
    const answers = await Promise.all(
      [
        { ...right, secretAccessKey: other.secretAccessKey },
        { ...right, secretAccessKey: right.secretAccessKey.slice(1) },
        { ...right, accessKeyId: other.accessKeyId },
        { ...right, sessionToken: `${right.sessionToken}x` },
        { ...right, sessionToken: 'no token of ours' },
        { ...server.admin, sessionToken: right.sessionToken ?? '' },
      ].map((key) => ask({ Session: sessionOf(key) })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 403, body: { error: 'AccessDenied' } });
  });

  test.each([
    ['nothing', {}],
    ['no JSON', { Session: 'x' }],
    ['a member missing', { Session: '{"sessionId":"ASIAAAAAAAAAAAAAAAAA","sessionKey":"y"}' }],
    ['another type', { Session: '{}', SessionType: 'xml' }],
    ['another action', { Action: 'getSomething' }],
  ])('%s is refused', async (_what, fields) => {
    const form = new URLSearchParams({ Action: 'getSigninToken', ...fields });
    expect((await fetch(`${server.url}/federation?${form}`)).status).toBe(400);
  });

  test('credentials of GetSessionToken, of a deleted role, and expired ones are refused', async () => {
    const session = keyOf((await server.sts(broker).send(new GetSessionTokenCommand({}))).Credentials);
    expect((await ask({ Session: sessionOf(session) })).body.message).toContain('GetSessionToken cannot be used');
    const gone = await assume('gone');
    await server.iam().send(new DeleteRolePolicyCommand({ RoleName: 'gone', PolicyName: 'own' }));
    await server.iam().send(new DeleteRoleCommand({ RoleName: 'gone' }));
    expect(await ask({ Session: sessionOf(gone) })).toMatchObject({ status: 403 });
  });

  test('SessionDuration: 900 to 43200 seconds, not for GetFederationToken, not for role chaining', async () => {
    const role = await assume('reader');
    for (const SessionDuration of ['899', '43201', '1e3', '-900', '3600.5'])
      expect(await ask({ Session: sessionOf(role), SessionDuration })).toMatchObject({ status: 400 });
    for (const SessionDuration of ['900', '43200'])
      expect(await ask({ Session: sessionOf(role), SessionDuration })).toMatchObject({ status: 200 });
    const command = new GetFederationTokenCommand({ Name: 'partner', Policy: allow('s3:*') });
    const federated = keyOf((await server.sts(broker).send(command)).Credentials);
    expect((await ask({ Session: sessionOf(federated), SessionDuration: '900' })).body.message).toContain(
      'GetFederationToken',
    );
    expect(await ask({ Session: sessionOf(federated) })).toMatchObject({ status: 200 });
    const chained = await assume('writer', role);
    expect((await ask({ Session: sessionOf(chained), SessionDuration: '900' })).body.message).toContain(
      'role chaining',
    );
    expect(await ask({ Session: sessionOf(chained) })).toMatchObject({ status: 200 });
  });
});

describe('login', () => {
  test('signs the browser in as the role, shows it, and signs it out', async () => {
    const person = newPerson(server.url);
    const page = expectPage(await person.open(link(await tokenOf(await assume('reader')))));
    expect([page.url.pathname, page.url.search]).toEqual(['/federation/session', '']);
    expect(page.text).toContain(
      `reader/ann ARN arn:aws:sts::${ACCOUNT_ID}:assumed-role/reader/ann Account ${ACCOUNT_ID}`,
    );
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await present(newPerson(server.url))).toContain('Not signed in as a role');
    expect(expectPage(await page.submit('sign out')).text).toContain('Not signed in as a role');
    expect(await present(person)).toContain('Not signed in as a role');
  });

  test('a link works once, and for 15 minutes', async () => {
    const token = await tokenOf(await assume('reader'));
    await newPerson(server.url).open(link(token));
    const again = expectPage(await newPerson(server.url).open(link(token)));
    expect([again.status, again.text]).toEqual([
      403,
      expect.stringContaining('used already, or is older than 15 minutes'),
    ]);
    const late = await tokenOf(await assume('reader'));
    server.advance(15 * MINUTE + 1000);
    expect(expectPage(await newPerson(server.url).open(link(late))).status).toBe(403);
  });

  test('of many at once, one gets the session', async () => {
    const token = await tokenOf(await assume('reader'));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(link(token), { redirect: 'manual' }).then(({ status }) => status)),
    );
    expect(answers.sort()).toEqual([303, ...Array(7).fill(403)]);
  });

  test('previews, frames and scripts of other pages do not use it up', async () => {
    const token = await tokenOf(await assume('reader'));
    const by = async (init: RequestInit) => (await fetch(link(token), { redirect: 'manual', ...init })).status;
    expect(await by({ method: 'HEAD' })).toBe(204);
    for (const headers of [
      { 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-dest': 'image' },
      { 'sec-purpose': 'prefetch' },
    ])
      expect(await by({ headers })).toBe(403);
    expect(await by({ headers: { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' } })).toBe(303);
  });

  test('the session ends with the credentials, or after SessionDuration', async () => {
    const [short, long] = [newPerson(server.url), newPerson(server.url)];
    await short.open(link(await tokenOf(await assume('reader'))));
    await long.open(link(await tokenOf(await assume('reader'), { SessionDuration: '7200' })));
    server.advance(61 * MINUTE);
    expect(await present(short)).toContain('Not signed in as a role');
    expect(await present(long)).toContain('reader/ann');
    server.advance(60 * MINUTE);
    expect(await present(long)).toContain('Not signed in as a role');
  });

  test('[S36] a role session that ends takes the console session with it at once, and a pending link', async () => {
    await makeRole(server, 'brief', { trust: trust(account) });
    const person = newPerson(server.url);
    await person.open(link(await tokenOf(await assume('brief'))));
    const pending = await tokenOf(await assume('brief'));
    expect(await present(person)).toContain('brief/ann');
    await server.iam().send(new DeleteRoleCommand({ RoleName: 'brief' }));
    expect(await present(person)).toContain('Not signed in as a role');
    expect(expectPage(await person.open(link(pending))).status).toBe(403);
  });

  test('Destination: this server, and nothing that is not registered', async () => {
    const person = newPerson(server.url);
    const token = await tokenOf(await assume('reader'));
    for (const Destination of [
      'https://evil.example/',
      '//evil.example/',
      '/start',
      'javascript:alert(1)',
      `${server.url}@evil.example/`,
      `${server.url.replace('://', '://user@')}/`,
      `${server.url}.evil.example/`,
    ])
      expect([Destination, expectPage(await person.open(link(token, { Destination }))).status]).toEqual([
        Destination,
        400,
      ]);
    const response = await fetch(link(token, { Destination: `${server.url}/start?x=1` }), { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, `${server.url}/start?x=1`]);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('[login CSRF] a browser that is signed in', () => {
  const asRole = async (role: string): Promise<Person> => {
    const person = newPerson(server.url);
    await person.open(link(await tokenOf(await assume(role))));
    return person;
  };

  test('is asked before another role replaces its session', async () => {
    const person = await asRole('reader');
    const page = expectPage(await person.open(link(await tokenOf(await assume('writer')))));
    expect(page.text).toContain('signed in as reader/ann. The link that you followed continues as writer/ann');
    expect(page.text).toContain('https://broker.example');
    expect(await present(person)).toContain('reader/ann');
    const done = expectPage(await page.submit('continue as writer/ann'));
    expect([done.url.pathname, await present(person)]).toEqual([
      '/federation/session',
      expect.stringContaining('writer/ann'),
    ]);
  });

  test('as a person is asked, too', async () => {
    const person = newPerson(server.url);
    const page = expectPage(await person.open(`${server.url}/start`));
    await page.submit('sign in', { account: ACCOUNT_ID, 'user name': 'broker', password: PASSWORD });
    const asked = expectPage(await person.open(link(await tokenOf(await assume('writer')))));
    expect(asked.text).toContain('signed in as broker.');
  });

  test('is not signed in by a form of another site', async () => {
    const token = await tokenOf(await assume('writer'));
    // The browser sends no cookies with it.
    for (const more of [{}, { csrf: 'made up' }]) {
      const response = await fetch(`${server.url}/federation`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ Action: 'login', SigninToken: token, ...more }),
      });
      expect([response.status, response.headers.getSetCookie()]).toEqual([303, []]);
      expect(response.headers.get('location')).toContain(`${server.url}/federation?Action=login&SigninToken=`);
    }
  });

  test('is not signed out by a form of another site', async () => {
    const person = await asRole('reader');
    const page = expectPage(await person.open(`${server.url}/federation/session`));
    const direct = globalThis.fetch;
    globalThis.fetch = (input, init = {}) =>
      direct(
        input,
        init.body === undefined ? init : { ...init, body: String(init.body).replace(/csrf=[^&]*/, 'csrf=x') },
      );
    try {
      expect(expectPage(await page.submit('sign out')).status).toBe(403);
    } finally {
      globalThis.fetch = direct;
    }
    expect(await present(person)).toContain('reader/ann');
  });
});

test('[S48] every step is on record, and no secret is in any event or error', async () => {
  const key = await assume('reader', broker, 'audited');
  const token = await tokenOf(key);
  const cookies = (await fetch(link(token), { redirect: 'manual' })).headers.getSetCookie().join();
  await ask({ Session: sessionOf({ ...key, secretAccessKey: 'planted-secret' }) });
  await fetch(link(token));
  await new Promise((resolve) => setImmediate(resolve));
  const events = server.events
    .filter(({ eventName }) => ['GetSigninToken', 'ConsoleLogin'].includes(eventName))
    .slice(-4);
  expect(events.map(({ eventName, outcome, actor }) => [eventName, outcome, actor.arn])).toEqual([
    ['GetSigninToken', 'allowed', expect.stringContaining('reader/audited')],
    ['ConsoleLogin', 'allowed', expect.stringContaining('reader/audited')],
    ['GetSigninToken', 'refused', undefined],
    ['ConsoleLogin', 'refused', undefined],
  ]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  for (const outcome of ['token-issued', 'signed-in', 'signed-out', 'AccessDenied'])
    expect(metrics).toMatch(new RegExp(`rolecall_console_federation_total\\{outcome="${outcome}"\\} [1-9]`));
  const logged = JSON.stringify([server.events, server.errors]);
  const cookie = /rolecall-console=([\w-]+)/.exec(cookies)?.[1] ?? 'no cookie';
  for (const secret of [key.secretAccessKey, key.sessionToken ?? '', token, cookie, 'planted-secret'])
    expect(logged).not.toContain(secret);
  expect(cookies).toMatch(/; path=\/; .*httponly; samesite=lax|; path=\/; .*samesite=lax; httponly/i);
});

test('the connectors’ call-backs below the path are still theirs', async () => {
  const answer = await fetch(`${server.url}/federation/none/callback?code=x&state=y`, { redirect: 'manual' });
  expect(answer.status).not.toBe(404);
});
