import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { PageSeen } from '../../../harness/person.ts';
import { createGroup } from '../../../src/identity/groups/create-group.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import {
  type OAuth2StandIn,
  STAND_IN_CLIENT,
  STAND_IN_SECRET,
  startOAuth2StandIn,
} from '../../support/oauth2-stand-in.ts';
import { type Browser, type ConnectorScene, connectorScene, openBrowser, openSignIn } from './scene.ts';

const CLIENT = { kind: 'oauth2', clientId: STAND_IN_CLIENT, clientSecret: STAND_IN_SECRET };
const OCTOCAT = {
  '/user': { id: 583231, login: 'octocat', name: 'The Octocat', email: 'public@github.example' },
  '/user/emails': [
    { email: 'old@github.example', primary: false, verified: true },
    { email: 'unproven@github.example', primary: false, verified: false },
    { email: 'octocat@github.example', primary: true, verified: true },
  ],
  '/user/orgs': [{ login: 'acme' }, { login: 'octo-org' }, { login: 'third' }],
  '/user/teams': [{ slug: 'ops', organization: { login: 'acme' } }],
};

let scene: ConnectorScene;
let standIn: OAuth2StandIn;
/** How far our clock is ahead of the machine's, in ms. */
let ahead = 0;
beforeAll(async () => {
  scene = await connectorScene({ clock: { now: () => Date.now() + ahead } });
  standIn = await startOAuth2StandIn();
  standIn.accounts.set('octocat', OCTOCAT);
  const deps = { store: scene.identities, random: systemRandom() };
  for (const groupName of ['Operators', 'Acme', 'Thirds']) {
    await createGroup(deps, { accountId: ACCOUNT, groupName, now: 0 });
  }
  const groups = [
    { value: 'acme/ops', group: 'Operators' },
    { value: 'acme', group: 'Acme' },
    { value: 'third', group: 'Thirds' },
  ];
  await scene.configure([
    {
      ...CLIENT,
      name: 'github',
      preset: 'github',
      baseUrl: standIn.url,
      recheckAfter: 3600,
      scopes: ['read:user', 'user:email', 'read:org'],
      rules: { groups: { map: groups } },
    },
    {
      ...CLIENT,
      name: 'facebook',
      preset: 'facebook',
      authorizationEndpoint: `${standIn.url}/dialog/oauth`,
      tokenEndpoint: `${standIn.url}/graph/oauth/access_token`,
      profileEndpoint: `${standIn.url}/graph/me?fields=id,name,email`,
    },
  ]);
});
afterAll(async () => {
  await standIn.close();
  await scene.close();
});

async function leave(browser: Browser, button: string): Promise<URL> {
  const { page } = await openSignIn(scene, browser);
  return expectLeft(await page.submit(`continue with ${button}`));
}

/** Signs somebody in; answers the page that is seen then, and the address at which the browser came back. */
async function signIn(account: string, button = 'github', change: (callback: URL) => void = () => {}) {
  const browser = openBrowser(scene);
  standIn.next = account;
  const callback = await standIn.signIn(await leave(browser, button));
  change(callback);
  return { page: expectPage(await browser.person.open(callback.href)), callback, browser };
}

/** Of a sign-in that succeeded: failures of earlier tests may be reported later, folded. */
const lastEvent = () =>
  scene.events.findLast(({ eventName, outcome }) => eventName === 'ConnectorSignIn' && outcome === 'allowed');

function expectRefused({ heading, text }: PageSeen, check: string): void {
  expect(heading).toBe('Sign-in did not work');
  expect(text).toMatch(/Reference: \S+/);
  expect(scene.outcomes.at(-1)).toBe(check);
  // Repeated refusals are one event.
  expect(JSON.stringify(scene.events)).toContain(`"errorCode":"${check}"`);
}

async function userNamed(name: string) {
  return (await scene.identities.users.find('byName', [ACCOUNT, name])).items[0];
}

/** Answers a path in another way, for one sign-in. */
async function answering(path: string, answer: Parameters<OAuth2StandIn['answers']['set']>[1], account = 'octocat') {
  standIn.answers.set(path, answer);
  try {
    return (await signIn(account)).page;
  } finally {
    standIn.answers.delete(path);
  }
}

const answerJson =
  (value: unknown, status = 200): Parameters<OAuth2StandIn['answers']['set']>[1] =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

describe('GitHub (a stand-in)', () => {
  test('a person becomes a user by the numeric id, with the primary verified address, organisations and teams', async () => {
    const { page, callback } = await signIn('octocat');
    expect(page.heading).toContain('Allow');
    expect(callback.searchParams.get('iss')).toBe(`${standIn.url}/login/oauth`);
    const user = await userNamed('octocat');
    expect(user).toMatchObject({ path: '/federated/github/' });
    expect(JSON.stringify(user)).toContain('octocat@github.example');
    expect(lastEvent()).toMatchObject({ outcome: 'allowed', request: { connector: 'github', subject: '583231' } });
    expect(lastEvent()?.request).not.toHaveProperty('deviations');
    const names = await Promise.all(
      (user?.groupIds ?? []).map(async (id) => (await scene.identities.groups.get([ACCOUNT, id]))?.groupName),
    );
    // `third` is on the second page.
    expect(names.sort()).toEqual(['Acme', 'Operators', 'Thirds']);
  });

  test('[RFC 7636] the request has PKCE, the scopes, and no nonce', async () => {
    const left = await leave(openBrowser(scene), 'github');
    expect(left.searchParams.get('code_challenge_method')).toBe('S256');
    expect(left.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(left.searchParams.get('scope')).toBe('read:user user:email read:org');
    expect(left.searchParams.has('nonce')).toBe(false);
  });

  test('a renamed account is the same user, and one that took the old name is another', async () => {
    standIn.accounts.set('renamed', { ...OCTOCAT, '/user': { id: 583231, login: 'octocat-2' } });
    standIn.accounts.set('taker', { ...OCTOCAT, '/user': { id: 999, login: 'octocat' }, '/user/emails': [] });
    await signIn('octocat');
    await signIn('renamed');
    expect(await userNamed('octocat-2')).toBeUndefined();
    await signIn('taker');
    const taken = (await scene.identities.users.find('byName', [ACCOUNT])).items.filter(({ userName }) =>
      userName.startsWith('octocat'),
    );
    expect(taken).toHaveLength(2);
  });

  test('[S31] an equal e-mail address makes nobody the same user, and an unverified one is not kept', async () => {
    const emails = [{ email: 'octocat@github.example', primary: true, verified: true }];
    standIn.accounts.set('twin', { ...OCTOCAT, '/user': { id: 7, login: 'twin' }, '/user/emails': emails });
    await signIn('twin');
    expect((await userNamed('twin'))?.userId).not.toBe((await userNamed('octocat'))?.userId);
    const unproven = [{ email: 'boss@corp.example', primary: true, verified: false }];
    const profile = { id: 8, login: 'unproven', email: 'boss@corp.example', email_verified: true };
    standIn.accounts.set('unproven', { ...OCTOCAT, '/user': profile, '/user/emails': unproven });
    await signIn('unproven');
    expect(JSON.stringify(await userNamed('unproven'))).not.toContain('boss@corp.example');
  });

  test('an answer works once, and a code of another sign-in does not work (code injection)', async () => {
    const { callback, browser } = await signIn('octocat');
    expectRefused(expectPage(await browser.person.open(callback.href)), 'state');
    // The attacker puts a stolen code into an answer for their own browser: the verifier does not fit.
    standIn.next = 'octocat';
    const stolen = await standIn.signIn(await leave(openBrowser(scene), 'github'));
    const { page } = await signIn('octocat', 'github', ({ searchParams }) => {
      searchParams.set('code', stolen.searchParams.get('code') ?? '');
    });
    expectRefused(page, 'code');
    expect(JSON.stringify(scene.events)).toContain('the token endpoint answered bad_verification_code');
  });

  test('[RFC 9207] an answer of another issuer is refused before the code is sent', async () => {
    const before = standIn.seen.length;
    const { page } = await signIn('octocat', 'github', ({ searchParams }) => {
      searchParams.set('iss', 'https://evil.example');
    });
    expectRefused(page, 'mix-up');
    expect(standIn.seen.slice(before).join()).not.toContain('access_token');
  });

  test('an access token that the browser brings is not used (confused deputy)', async () => {
    const { page } = await signIn('octocat', 'github', ({ searchParams }) => {
      searchParams.delete('code');
      searchParams.set('access_token', 'gho_of_another_app');
    });
    expectRefused(page, 'parameters');
  });

  test('a declined sign-in says so', async () => {
    const { page } = await signIn('octocat', 'github', ({ searchParams }) => {
      searchParams.delete('code');
      searchParams.set('error', 'access_denied');
    });
    expectRefused(page, 'declined');
    expect(page.text).toContain('You did not finish signing in with GitHub');
  });

  test.each([
    ['an id beyond what numbers keep', '{"id":9007199254740993,"login":"x"}', 'subject'],
    ['no id', '{"login":"x"}', 'subject'],
    ['an id that is an object', '{"id":{},"login":"x"}', 'subject'],
    ['a list', '[]', 'userinfo'],
    ['a page', '<html>', 'userinfo'],
    ['100 MB', ' '.repeat(100_000), 'unreachable'],
  ])('a profile with %s signs nobody in', async (name, body, check) => {
    const page = await answering('/api/v3/user', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      // Written until the other side hangs up.
      for (let part = 0; part < (name === '100 MB' ? 1000 : 1) && !response.destroyed; part++) response.write(body);
      response.end();
    });
    expectRefused(page, check);
  });

  test.each([
    ['an error of the provider', answerJson({}, 503), 'unreachable'],
    ['a refusal', answerJson({ message: 'Requires authentication' }, 403), 'userinfo'],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'userinfo',
    ],
    [
      'a next page on another server',
      (_request, response) => response.writeHead(200, { link: '<http://localhost:1/x>; rel="next"' }).end('[]'),
      'userinfo',
    ],
    [
      'pages without end',
      (_request, response, url) => response.writeHead(200, { link: `<${url.href}>; rel="next"` }).end('[]'),
      'userinfo',
    ],
    ['something else', answerJson({ groups: ['acme'] }), 'userinfo'],
  ] as readonly (readonly [string, Parameters<OAuth2StandIn['answers']['set']>[1], string])[])(
    'teams that cannot be read whole sign nobody in, rather than with fewer or former groups: %s',
    async (_name, answer, check) => {
      expectRefused(await answering('/api/v3/user/teams', answer), check);
      expect((await userNamed('octocat'))?.groupIds).toHaveLength(3);
    },
  );

  test('no secret, code or token is in the events, errors or advice', async () => {
    const { callback } = await signIn('octocat');
    const written = JSON.stringify([scene.events, scene.errors, scene.advice]);
    for (const secret of [STAND_IN_SECRET, callback.searchParams.get('code') ?? '', 'gho_']) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('Facebook (a stand-in)', () => {
  test('signs in without PKCE, which the record says, with a proof of the secret', async () => {
    standIn.accounts.set('mark', { '/me': { id: '10220042', name: 'Mark', email: 'mark@fb.example' } });
    const { page } = await signIn('mark', 'facebook');
    expect(page.heading).toContain('Allow');
    expect(lastEvent()).toMatchObject({ request: { subject: '10220042', deviations: 'no-pkce' } });
    const proofs = standIn.seen.filter((line) => line.includes('/graph/me'));
    expect(proofs.at(-1)).toMatch(/appsecret_proof=[0-9a-f]{64}/);
    expect(standIn.seen.findLast((line) => line.includes('/dialog/oauth'))).not.toContain('code_challenge');
    const users = (await scene.identities.users.find('byName', [ACCOUNT])).items;
    const user = users.find(({ path }) => path === '/federated/facebook/');
    // Facebook does not say that the address is verified.
    expect(JSON.stringify(user)).not.toContain('mark@fb.example');
  });

  test('an error is an object there', async () => {
    const { page } = await signIn('mark', 'facebook', ({ searchParams }) => searchParams.set('code', 'wrong'));
    expectRefused(page, 'provider-error');
    expect(JSON.stringify(scene.events)).toContain('the token endpoint answered OAuthException 100');
  });
});

test('GitHub (a stand-in) is asked again: teams are taken away, and a refused token ends the login', async () => {
  standIn.accounts.set('hubot', { ...OCTOCAT, '/user': { id: 480938, login: 'hubot' } });
  const browser = openBrowser(scene);
  const { page, login } = await openSignIn(scene, browser);
  standIn.next = 'hubot';
  const callback = await standIn.signIn(expectLeft(await page.submit('continue with github')));
  const left = expectLeft(await expectPage(await browser.person.open(callback.href)).submit('allow'));
  const first = await oidc.authorizationCodeGrant(scene.app, left, login.checks);
  expect(first.claims()?.['groups']).toEqual(['Operators', 'Acme', 'Thirds']);
  standIn.accounts.set('hubot', { ...OCTOCAT, '/user': { id: 480938, login: 'hubot' }, '/user/teams': [] });
  ahead = 2 * 3_600_000;
  const second = await oidc.refreshTokenGrant(scene.app, first.refresh_token ?? '');
  expect(second.claims()?.['groups']).toEqual(['Acme', 'Thirds']);
  standIn.refreshTokens.clear();
  ahead = 4 * 3_600_000;
  await expect(oidc.refreshTokenGrant(scene.app, second.refresh_token ?? '')).rejects.toThrow();
  expect([scene.outcomes.at(-1), (await userNamed('hubot'))?.disabled?.directory?.reason]).toEqual([
    'recheck refresh',
    'github: the provider no longer vouches for the person',
  ]);
  ahead = 0;
});
