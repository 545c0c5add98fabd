import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { clientListShape } from '../../src/identity/applications/oidc/client-settings.ts';
import { clientSeeds, oidcSettingsShape } from '../../src/oidc/settings.ts';
import { APPS, discover, logIn, REDIRECT_URI, SECRET } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT } from './installation.ts';

const RESOURCE = 'https://orders.example';
const CLAIMS = [
  {
    name: 'role',
    values: ['Viewer'],
    for_groups: [
      { group: 'admins', values: ['Admin'] },
      { group: 'editors', values: ['Editor'] },
    ],
  },
  { name: 'all', list: true, values: ['x', 'g-${user:groups}'], in: ['id_token', 'userinfo', 'access_token'] },
  { name: 'joined', separator: ',', values: ['${user:preferredUsername}', '${account:id}'], in: ['userinfo'] },
  { name: 'mail', values: ['${user:email}'] },
  { name: 'team', values: ['${user:tag/team}'] },
  { name: 'nothing', values: ['${user:tag/none}'] },
  { name: 'https://acme.example/constant', values: ['yes'], in: ['access_token'] },
];
const client = (id: string, more: object = {}) => ({
  client_id: id,
  client_secret: SECRET,
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  resources: [{ resource: RESOURCE, scopes: ['orders:read'] }],
  claims: CLAIMS,
  ...more,
});

let installation: Installation;
beforeAll(async () => {
  const settings = oidcSettingsShape.parse({ clients: [client('mapped'), client('open', { open_to: 'everyone' })] });
  installation = await install({ clients: [...APPS, ...clientSeeds(settings, ACCOUNT)] });
  const { identities } = installation;
  for (const accountId of [ACCOUNT, OTHER_ACCOUNT]) {
    const groupIds = ['admins', 'staff'].map((name) => `AGPA${accountId}${name}`);
    for (const groupId of groupIds) {
      const groupName = groupId.slice(16);
      const named = { accountId, groupId, groupName, nameKey: groupName, path: '/', createdAt: 1 };
      await identities.groups.insert({ ...named, inlinePolicies: [], attachedPolicies: [] });
    }
    const tags = [
      { key: 'team', value: 'red' },
      { key: 'email', value: 'carol@acme.example' },
    ];
    await installation.addUser('carol', { accountId, groupIds, tags });
  }
  await installation.addUser('dave');
});
afterAll(() => installation.close());

type Payload = Record<string, unknown>;

/** What an app gets: in the ID token, by userinfo, and in a token for the service. */
async function given(
  clientId: string,
  { user = 'carol', account = ACCOUNT, scope = 'openid profile email groups' } = {},
): Promise<{ idToken: Payload; userinfo: Payload; accessToken: Payload }> {
  const app = await discover(installation, clientId);
  const person = newPerson(installation.url);
  const logInFor = (resource?: string) =>
    logIn(installation, app, {
      user,
      account,
      person,
      more: { scope, ...(resource && { resource, scope: `${scope} orders:read` }) },
    });
  const plain = await logInFor();
  const userinfo = await oidc.fetchUserInfo(app, plain.access_token, plain.claims()?.sub ?? '');
  const ofService = await logInFor(RESOURCE);
  return { idToken: { ...plain.claims() }, userinfo, accessToken: decodeJwt(ofService.access_token) };
}

describe('claims of one client', () => {
  test('are where they belong, as texts, lists and joined texts', async () => {
    const { idToken, userinfo, accessToken } = await given('mapped');
    const both = { role: 'Admin', all: ['x', 'g-admins', 'g-staff'], mail: 'carol@acme.example', team: 'red' };
    expect(idToken).toMatchObject(both);
    expect(userinfo).toMatchObject({ ...both, joined: `carol,${ACCOUNT}` });
    expect(accessToken).toMatchObject({ all: both.all, 'https://acme.example/constant': 'yes', aud: RESOURCE });
    expect(Object.keys(idToken)).not.toEqual(expect.arrayContaining(['joined']));
    for (const payload of [idToken, userinfo]) expect(payload).not.toHaveProperty('nothing');
    for (const name of ['role', 'mail', 'team', 'joined']) expect(accessToken).not.toHaveProperty(name);
    expect((await given('app')).idToken).not.toHaveProperty('role');
  });

  test('people in none of the groups get the value for everyone', async () => {
    expect((await given('mapped', { user: 'dave' })).idToken).toMatchObject({ role: 'Viewer', all: ['x'] });
  });

  test('[S14] say no more than the granted scopes do', async () => {
    const { idToken, userinfo, accessToken } = await given('mapped', { scope: 'openid' });
    for (const payload of [idToken, userinfo]) {
      expect(payload).toMatchObject({ role: 'Viewer', all: ['x'], team: 'red' });
      expect(payload).not.toHaveProperty('mail');
    }
    expect(userinfo['joined']).toBe(ACCOUNT);
    expect(accessToken['all']).toEqual(['x']);
  });

  test('[S46] do not take the groups and tags of another account for those of their own', async () => {
    const { idToken } = await given('open', { account: OTHER_ACCOUNT });
    expect(idToken).toMatchObject({ role: 'Viewer', all: ['x', 'g-admins', 'g-staff'] });
    expect(idToken).not.toHaveProperty('team');
    expect((await given('open')).idToken).toMatchObject({ role: 'Admin', team: 'red' });
  });

  test('follow changes at the next refresh', async () => {
    const app = await discover(installation, 'mapped');
    const tokens = await logIn(installation, app, { user: 'dave' });
    const [dave] = (await installation.identities.users.find('byName', [ACCOUNT, 'dave'], { limit: 1 })).items;
    await installation.identities.users.update([ACCOUNT, dave?.userId ?? ''], (old) => ({
      ...old,
      groupIds: [`AGPA${ACCOUNT}admins`],
    }));
    const refreshed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    expect(refreshed.claims()).toMatchObject({ role: 'Admin' });
  });
});

describe('a client whose claims', () => {
  const reserved =
    'iss sub aud exp nbf iat jti azp nonce acr amr auth_time at_hash c_hash sid cnf act may_act scope client_id groups email email_verified arn account_id name preferred_username _claim_sources __proto__ https://aws.amazon.com/tags authorization_details Sub AMR Groups HTTPS://aws.amazon.com/tags';
  test.each(reserved.split(' '))('name %s is refused', (name) => {
    const { error } = clientListShape.safeParse([client('x', { claims: [{ name, values: ['x'] }] })]);
    expect(error?.issues).toMatchObject([
      { path: [0, 'claims', 0, 'name'], message: expect.stringContaining('has a meaning') },
    ]);
  });

  test.each<[string, object, string]>([
    ['have no values', { values: [] }, 'must not be empty'],
    ['name unknown variables', { values: ['${user:password}'] }, 'has an unknown variable'],
    ['have several values in a text', { values: ['${user:groups}'] }, 'must be true, or separator be given'],
    ['are joined and a list', { values: ['x'], list: true, separator: ',' }, 'cannot be combined with list'],
    ['are nowhere', { values: ['x'], in: [] }, 'must not be empty'],
    ['are in a header', { values: ['x'], in: ['header'] }, 'must be one of id_token'],
    ['have a name with a quotation mark', { name: 'a"b', values: ['x'] }, 'must have visible ASCII characters only'],
  ])('%s is refused', (_what, claim, message) => {
    const { error } = clientListShape.safeParse([client('x', { claims: [{ name: 'role', ...claim }] })]);
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
