import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { LoginRefused } from '../../../src/federation/connectors/login-refused.ts';
import type { RefreshConnector } from '../../../src/federation/connectors/redirect-connector.ts';
import { openKeptRefreshTokens } from '../../../src/federation/rechecks/kept-refresh-tokens.ts';
import { LOGIN_CLAIM, LOGIN_SECRET, loginMarks } from '../../../src/identity/credentials/login-mark.ts';
import { createGroup } from '../../../src/identity/groups/create-group.ts';
import { disableUser } from '../../../src/identity/users/disable-user.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
} from './scene.ts';

const HOUR = 3_600_000;
const GROUPS = { claim: 'groups', map: [{ value: 'engineering', group: 'Developers' }], always: ['Staff'] };

/** How far our clock is ahead of the machine's, in ms. */
let ahead = 0;
/** Takes the place of what the provider says. */
let answer: RefreshConnector['refresh'] | undefined;
let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene({
    clock: { now: () => Date.now() + ahead },
    connectors: (open) => (connector) => {
      const { refresh, ...rest } = open(connector);
      if (refresh === undefined) return rest;
      return {
        ...rest,
        refresh: {
          ...refresh,
          // The provider's tokens are of the machine's clock.
          refresh: (token, now) => (answer ?? refresh.refresh)(token, now - ahead),
        },
      };
    },
  });
  const deps = { store: scene.identities, random: systemRandom() };
  for (const groupName of ['Developers', 'Staff']) await createGroup(deps, { accountId: ACCOUNT, groupName, now: 0 });
});
afterAll(() => scene.close());
beforeEach(async () => {
  ahead = 0;
  answer = undefined;
  scene.outside.fault = undefined;
  await configure({});
});

async function configure(more: object): Promise<void> {
  await scene.configure([googleLike(scene, { recheckAfter: 3600, rules: { groups: GROUPS }, ...more })]);
}

function person(subject: string, more: object = {}): string {
  scene.outside.people.set(subject, { hd: 'corp.example', preferred_username: subject, ...more });
  return subject;
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

async function signIn(subject: string, browser: Browser = openBrowser(scene)): Promise<Tokens> {
  const { seen, login } = await signInWith(scene, browser, { subject });
  const left = expectLeft(await expectPage(seen).submit('allow'));
  return await oidc.authorizationCodeGrant(scene.app, left, login.checks);
}

async function refresh({ refresh_token: token = '' }: oidc.TokenEndpointResponse) {
  return await oidc.refreshTokenGrant(scene.app, token).then(
    (next) => ({ next, refused: undefined }),
    (error: oidc.ResponseBodyError) => ({ next: undefined, refused: `${error.error}: ${error.error_description}` }),
  );
}

/** A refresh that must work. */
async function refreshed(tokens: oidc.TokenEndpointResponse): Promise<Tokens> {
  const { next, refused } = await refresh(tokens);
  expect(refused).toBeUndefined();
  if (next === undefined) throw new Error(refused);
  return next;
}

const userNamed = async (name: string) => (await scene.identities.users.find('byName', [ACCOUNT, name])).items[0];
const recheckEvents = () => scene.events.filter(({ eventName }) => eventName === 'RecheckLogin');
const UNCONFIRMED = /^invalid_grant: the outside provider was asked again, and does not confirm/;

test('a refresh token is only asked for if the connector rechecks', async () => {
  const asked = async (): Promise<(string | null)[]> => {
    await signIn(person('asked'));
    const request = scene.outside.requests.at(-1);
    return ['access_type', 'prompt', 'scope'].map((name) => request?.get(name) ?? null);
  };
  expect(await asked()).toEqual(['offline', 'consent', 'openid profile email']);
  await configure({ recheckAfter: undefined });
  expect(await asked()).toEqual([null, null, 'openid profile email']);
});

test('the provider is asked once its word is older than the setting, each time with the token that it gave last', async () => {
  let tokens = await signIn(person('ada'));
  const before = scene.outside.tokenRequests;
  tokens = await refreshed(tokens);
  expect(scene.outside.tokenRequests).toBe(before);
  for (const round of [1, 2, 3]) {
    ahead = round * HOUR + 1;
    tokens = await refreshed(await refreshed(tokens));
    expect(scene.outside.tokenRequests).toBe(before + round);
    expect(scene.outcomes.at(-1)).toBe('recheck ok');
  }
  expect(recheckEvents().at(-1)).toMatchObject({ outcome: 'allowed', request: { connector: 'google', result: 'ok' } });
});

test('new claims change the groups that the rules gave, in the tokens of the same request', async () => {
  const tokens = await signIn(person('gina', { groups: ['engineering'], name: 'Gina' }));
  expect(tokens.claims()?.['groups']).toEqual(['Staff', 'Developers']);
  person('gina', { groups: [] });
  ahead = HOUR + 1;
  const next = await refreshed(tokens);
  expect(next.claims()).toMatchObject({ groups: ['Staff'], name: 'Gina' });
});

test('session tags of the rules are in the login, encrypted in the ID token, also after a refresh', async () => {
  const tags = [
    { claim: 'unit', key: 'Department' },
    { claim: 'project', key: 'Project' },
  ];
  await configure({ rules: { tags } });
  const tokens = await signIn(person('tess', { unit: 'blue', project: ['a', 'b'] }));
  const marks = loginMarks(scene.keyRing.secret(LOGIN_SECRET), systemRandom());
  for (const each of [tokens, await refreshed(tokens)]) {
    const { sub: subject = '', [LOGIN_CLAIM]: mark } = each.claims() ?? ({} as oidc.IDToken);
    expect(marks.read(String(mark), { subject, generation: 0 })?.origin?.tags).toEqual([
      { key: 'Department', value: 'blue' },
    ]);
    expect(Object.keys(each.claims() ?? {})).not.toContain('https://aws.amazon.com/tags');
  }
  expect(scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1)).toMatchObject({
    request: { tags: 'Department', skippedTags: 'Project' },
  });
});

describe('a login that the provider refuses to refresh', () => {
  test('ends, with all others of the person, who is disabled until they sign in there again', async () => {
    const [here, there] = [openBrowser(scene), openBrowser(scene)];
    const [tokens, others] = [await signIn(person('bob'), here), await signIn('bob', there)];
    scene.outside.removed.add('bob');
    ahead = HOUR + 1;
    expect((await refresh(tokens)).refused).toMatch(UNCONFIRMED);
    expect(await userNamed('bob')).toMatchObject({
      disabled: { directory: { reason: 'google: the provider no longer vouches for the person' } },
      timesDisabled: 1,
    });
    expect(recheckEvents().at(-1)).toMatchObject({
      outcome: 'refused',
      errorCode: 'refresh',
      actor: { type: 'User' },
      request: { connector: 'google', result: 'ended' },
    });
    expect(scene.outcomes.at(-1)).toBe('recheck refresh');
    for (const each of [tokens, others]) {
      expect((await oidc.tokenIntrospection(scene.app, each.access_token)).active).toBe(false);
      expect((await refresh(each)).refused).toMatch(/^invalid_grant/);
    }
    expect((await openSignIn(scene, there)).page.heading).toBe('Sign in');
    scene.outside.removed.delete('bob');
    ahead = 0;
    await refreshed(await signIn('bob'));
    expect((await userNamed('bob'))?.disabled).toBeUndefined();
    expect((await refresh(others)).refused).toMatch(/^invalid_grant/);
    expect(scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1)).toMatchObject({
      request: { enabled: true },
    });
  });

  test('does not disable a user who can sign in by a password too', async () => {
    const tokens = await signIn(person('pam'));
    const { userId = '' } = (await userNamed('pam')) ?? {};
    const loginProfile = { passwordHash: 'x', createdAt: 0, changedAt: 0, resetRequired: false, formerHashes: [] };
    await scene.identities.users.update([ACCOUNT, userId], (old) => ({ ...old, loginProfile }));
    scene.outside.removed.add('pam');
    ahead = HOUR + 1;
    expect((await refresh(tokens)).refused).toMatch(UNCONFIRMED);
    expect(await userNamed('pam')).toMatchObject({ links: [{ generation: 1 }] });
    expect((await userNamed('pam'))?.disabled).toBeUndefined();
  });

  test('does not lift what an administrator did', async () => {
    await signIn(person('max'));
    const user = await userNamed('max');
    if (user === undefined) throw new Error('there is no user');
    await disableUser(scene.identities, user, { origin: 'administrator', reason: 'left', now: 1 });
    const { seen } = await signInWith(scene, openBrowser(scene), { subject: 'max' });
    expect(expectPage(seen).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('disabled-user');
  });
});

test('[S36] a browser session is continued as long as the provider vouches for its login, or cannot be asked', async () => {
  const browser = openBrowser(scene);
  await signIn(person('zoe'), browser);
  const heading = async () => (await openSignIn(scene, browser)).page.heading;
  scene.outside.removed.add('zoe');
  expect(await heading()).toContain('Allow');
  scene.outside.fault = { status: 503 };
  ahead = HOUR + 1;
  expect(await heading()).toContain('Allow');
  expect(scene.outcomes.at(-1)).toBe('recheck unreachable');
  const user = await userNamed('zoe');
  await scene.ephemeral.delete([`links/upstream-recheck/${user?.links?.[0]?.id}`]);
  scene.outside.fault = undefined;
  expect(await heading()).toBe('Sign in');
  expect(scene.outcomes.at(-1)).toBe('recheck refresh');
});

test('a person who no longer meets the condition of the connector is refused and disabled', async () => {
  await configure({ rules: { condition: { 'ForAnyValue:StringEquals': { 'login:groups': ['engineering'] } } } });
  const tokens = await signIn(person('eve', { groups: ['engineering'] }));
  person('eve', { groups: ['sales'] });
  ahead = HOUR + 1;
  expect((await refresh(tokens)).refused).toMatch(UNCONFIRMED);
  expect((await userNamed('eve'))?.disabled?.directory?.reason).toMatch(/^google: does not meet the condition/);
});

test('[Core §12.2] an answer about another person changes nothing, and the login is not continued by it', async () => {
  const tokens = await signIn(person('kim', { groups: ['engineering'] }));
  ahead = HOUR + 1;
  answer = async (refreshToken) => ({ refreshToken, read: async () => ({ subject: 'mallory', claims: {} }) });
  expect((await refresh(tokens)).refused).toMatch(UNCONFIRMED);
  expect([scene.outcomes.at(-1), (await userNamed('kim'))?.disabled]).toEqual(['recheck subject', undefined]);
  answer = undefined;
  await refreshed(tokens);
});

test('a provider that cannot be asked ends nothing, is left alone for a minute, and asked again later', async () => {
  const tokens = await signIn(person('lee'));
  scene.outside.fault = { status: 503 };
  ahead = HOUR + 1;
  const before = scene.outside.tokenRequests;
  const next = await refreshed(await refreshed(tokens));
  expect(scene.outside.tokenRequests).toBe(before + 1);
  expect(recheckEvents().at(-1)).toMatchObject({ outcome: 'failed', errorCode: 'unreachable' });
  const user = await userNamed('lee');
  await scene.ephemeral.delete([`links/upstream-recheck/${user?.links?.[0]?.id}`]);
  scene.outside.fault = undefined;
  await refreshed(next);
  expect([scene.outside.tokenRequests, scene.outcomes.at(-1)]).toEqual([before + 2, 'recheck ok']);
});

const JSON_TYPE = { 'content-type': 'application/json' };
test.each([
  [
    'a wrong client secret',
    { status: 401, headers: { ...JSON_TYPE, 'www-authenticate': 'Basic realm="x"' }, body: '{}' },
  ],
  ['a client that may not', { status: 400, headers: JSON_TYPE, body: '{"error":"unauthorized_client"}' }],
  ['too many requests', { status: 429, headers: JSON_TYPE, body: '{"error":"slow_down"}' }],
  ['a page of a proxy', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' }],
])('%s says nothing of the person', async (title, fault) => {
  const tokens = await signIn(person(`of ${title}`));
  scene.outside.fault = fault;
  ahead = HOUR + 1;
  await refreshed(tokens);
  expect(recheckEvents().at(-1)).toMatchObject({ outcome: 'failed', request: { result: 'unanswered' } });
});

test('the grace for a provider that cannot be asked ends with the age limit of the connector', async () => {
  await configure({ maxProofAge: 7200 });
  const tokens = await signIn(person('may'));
  scene.outside.fault = { status: 503 };
  ahead = 2 * HOUR + 1;
  expect((await refresh(tokens)).refused).toMatch(/older than its connector allows/);
});

test('a token that was given to another client is not sent', async () => {
  const tokens = await signIn(person('ida'));
  await configure({ clientId: 'another' });
  ahead = HOUR + 1;
  const before = scene.outside.tokenRequests;
  await refreshed(tokens);
  expect(scene.outside.tokenRequests).toBe(before);
});

test('a token that the provider replaced is kept even if the rest of its answer cannot be used', async () => {
  const tokens = await signIn(person('noa'));
  ahead = HOUR + 1;
  const sent: string[] = [];
  answer = async (refreshToken) => {
    sent.push(refreshToken);
    const read = () => Promise.reject(new LoginRefused('userinfo', 'answered 403'));
    return { refreshToken: `token after ${sent.length}`, read };
  };
  const outcomes = [await refresh(tokens), await refresh(tokens)].map(({ refused }) => refused);
  expect(outcomes).toEqual([expect.stringMatching(UNCONFIRMED), expect.stringMatching(UNCONFIRMED)]);
  expect(sent[1]).toBe('token after 1');
  expect(JSON.stringify(scene.events)).not.toContain('token after');
});

test('of refreshes at the same moment, one asks', async () => {
  const browser = openBrowser(scene);
  const first = await signIn(person('sam'), browser);
  const { page, login } = await openSignIn(scene, browser);
  const second = await oidc.authorizationCodeGrant(scene.app, expectLeft(await page.submit('allow')), login.checks);
  ahead = HOUR + 1;
  const before = scene.outside.tokenRequests;
  const all = await Promise.all([refresh(first), refresh(second)]);
  expect(all.map(({ refused }) => refused)).toEqual([undefined, undefined]);
  expect(scene.outside.tokenRequests).toBe(before + 1);
});

test('kept tokens are sealed, and bound to their login', async () => {
  const stored = new Map<string, string>();
  const tokens = openKeptRefreshTokens({
    sealer: scene.keyRing.sealer,
    ephemeral: {
      ...scene.ephemeral,
      get: async (key) => stored.get(key),
      set: async (key, value) => void stored.set(key, value),
    },
  });
  const [mine, yours] = [1, 2].map((at) => ({ link: 'l', generation: 0, at })) as [never, never];
  const kept = { connectorId: 'c', client: 'us', token: 'a token of the provider', checkedAt: 1 };
  await tokens.keep(mine, kept);
  await tokens.keep(yours, kept);
  expect((await tokens.find(mine))?.kept).toEqual(kept);
  expect([...stored.values()].join(' ')).not.toContain('token of the provider');
  const [first, second] = [...stored.keys()];
  stored.set(first ?? '', stored.get(second ?? '') ?? '');
  await expect(tokens.find(mine)).rejects.toThrow();
});
