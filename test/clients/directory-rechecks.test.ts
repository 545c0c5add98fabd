import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { createGroup } from '../../src/identity/groups/create-group.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { EPHEMERAL_KEYS } from '../../src/ports/ephemeral-keys.ts';
import {
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  signInWith,
} from '../federation/connectors/scene.ts';
import { beginLogin, discover, expectLeft, expectPage } from '../oidc/app.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const PEOPLE = `ou=people,${SUFFIX}`;
const GONE = `ou=former,${SUFFIX}`;
type Asked = Record<string, string>;

const HOUR = 3_600_000;
/** Just over what a connector allows if nothing is set. */
const DUE = 300_001;
const NAMES = [
  'stays',
  'locked',
  'deleted',
  'moved',
  'unfiltered',
  'renamed',
  'member',
  'barred',
  'browser',
  'reset',
].concat(['down', 'back', 'old', 'blind', 'never', 'twice', 'Cased', 'admin', 'other']);
const LDIF = [
  SUFFIX_ENTRIES,
  ldifEntry(GONE, { objectClass: 'organizationalUnit', ou: 'former' }),
  ...NAMES.map((uid) =>
    ldifEntry(`uid=${uid},${PEOPLE}`, {
      objectClass: 'inetOrgPerson',
      uid,
      cn: `${uid} of the directory`,
      sn: uid,
      employeeType: 'staff',
      labeledURI: `Id-${uid}`,
      userPassword: PASSWORD,
    }),
  ),
  ldifEntry(`cn=developers,ou=groups,${SUFFIX}`, {
    objectClass: 'groupOfNames',
    cn: 'developers',
    member: ['member', 'barred', 'stays'].map((uid) => `uid=${uid},${PEOPLE}`),
  }),
].join('\n');
const UNCONFIRMED = /^invalid_grant: the outside provider was asked again, and does not confirm/;

withPeer(hasSlapd, 'slapd')('a person of a directory, after the sign-in', () => {
  let slapd: Slapd;
  let scene: ConnectorScene;
  /** How far our clock is ahead of the machine's, in ms. */
  let ahead = 0;

  const directory = (more: object = {}) => ({
    name: 'corp',
    kind: 'ldap',
    displayName: 'Corp',
    servers: [slapd.secureUrl],
    ca: slapd.ca,
    baseDn: SUFFIX,
    userBaseDn: PEOPLE,
    userFilter: '(&(objectClass=inetOrgPerson)(employeeType=staff))',
    bindDn: READER.dn,
    bindPassword: READER.password,
    rules: { groups: { map: [{ value: 'developers', group: 'Developers' }] } },
    ...more,
  });
  const configure = (more: object = {}) => scene.configure([directory(more), googleLike(scene)]);

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: `${ACCESS}\noverlay ppolicy` });
    const elapsed = () => performance.now() + ahead;
    scene = await connectorScene({ clock: { now: () => Date.now() + ahead }, elapsed });
    const deps = { store: scene.identities, random: systemRandom() };
    await createGroup(deps, { accountId: ACCOUNT, groupName: 'Developers', now: 0 });
  });
  afterAll(async () => {
    await scene?.close();
    await slapd?.remove();
  });
  beforeEach(async () => {
    ahead = 0;
    await configure();
  });

  async function signIn(name: string, person: Person = newPerson(scene.url), app = scene.app, more: Asked = {}) {
    const login = await beginLogin(app, { prompt: 'login consent', ...more });
    const page = expectPage(await person.open(login.url.href));
    const typed = expectPage(await page.submit('continue with corp'));
    const consent = expectPage(await typed.submit('sign in', { name, password: PASSWORD }));
    return await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), login.checks);
  }
  type Tokens = Awaited<ReturnType<typeof signIn>>;

  async function refresh({ refresh_token: token = '' }: oidc.TokenEndpointResponse) {
    return await oidc.refreshTokenGrant(scene.app, token).then(
      (next) => ({ next, refused: undefined }),
      (error: oidc.ResponseBodyError) => ({ next: undefined, refused: `${error.error}: ${error.error_description}` }),
    );
  }
  async function refreshed(tokens: oidc.TokenEndpointResponse): Promise<Tokens> {
    const { next, refused } = await refresh(tokens);
    if (next === undefined) throw new Error(refused);
    return next;
  }
  /** Waits until the directory's word is too old, and refreshes. */
  async function refusal(tokens: Tokens): Promise<string | undefined> {
    ahead += DUE;
    return (await refresh(tokens)).refused;
  }
  /** What the browser of a person sees who opens the app again. */
  async function seenBy(person: Person): Promise<string> {
    const seen = await person.open((await beginLogin(scene.app)).url.href);
    return seen.kind === 'left' ? 'the app' : seen.heading;
  }

  const dn = (name: string) => `uid=${name},${PEOPLE}`;
  const change = (name: string, lines: string) => slapd.modify(`dn: ${dn(name)}\nchangetype: ${lines}\n`);
  const userNamed = async (name: string) => (await scene.identities.users.find('byName', [ACCOUNT, name])).items[0];
  const reasonOf = async (name: string) => (await userNamed(name))?.disabled?.directory?.reason;
  const lastEvent = () => scene.events.filter(({ eventName }) => eventName === 'RecheckLogin').at(-1);
  const rechecks = () => scene.outcomes.filter((outcome) => outcome.startsWith('recheck')).length;
  const active = async ({ access_token: token }: Tokens) => (await oidc.tokenIntrospection(scene.app, token)).active;
  /** A provider that could not be asked about a person is asked again only after a minute by the machine's clock. */
  const endPause = async (name: string) =>
    await scene.ephemeral.delete([EPHEMERAL_KEYS.upstreamRecheck.of((await userNamed(name))?.links?.[0]?.id ?? '')]);

  test('the directory is asked once its word is older than five minutes, and vouches for who is there', async () => {
    let tokens = await signIn('stays');
    const before = rechecks();
    tokens = await refreshed(tokens);
    expect(rechecks()).toBe(before);
    for (const round of [1, 2]) {
      ahead = round * DUE;
      tokens = await refreshed(await refreshed(tokens));
      expect(rechecks()).toBe(before + round);
    }
    expect(lastEvent()).toMatchObject({ outcome: 'allowed', request: { connector: 'corp', result: 'ok' } });
    expect(tokens.claims()?.['groups']).toEqual(['Developers']);
  });

  describe('[S36] ends with all logins, and is disabled here, once the directory', () => {
    test.each([
      [
        'locked',
        'account-state',
        /^corp: disabled in the directory: uid=locked.*pwdAccountLockedTime/,
        () => change('locked', 'modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z'),
      ],
      ['deleted', 'gone', /^corp: not in the directory any more$/, () => change('deleted', 'delete')],
      [
        'moved',
        'gone',
        /^corp: not in the directory any more$/,
        () => change('moved', `moddn\nnewrdn: uid=moved\ndeleteoldrdn: 1\nnewsuperior: ${GONE}`),
      ],
      [
        'unfiltered',
        'gone',
        /^corp: not in the directory any more$/,
        () => change('unfiltered', 'modify\nreplace: employeeType\nemployeeType: former'),
      ],
    ])('says so: %s', async (name, check, reason, act) => {
      const browser = newPerson(scene.url);
      const [tokens, others] = [await signIn(name, browser), await signIn(name)];
      act();
      // Young logins are not asked about.
      expect((await refresh(others)).refused).toBeUndefined();
      expect(await refusal(tokens)).toMatch(UNCONFIRMED);
      expect(lastEvent()).toMatchObject({ outcome: 'refused', errorCode: check, request: { result: 'ended' } });
      expect(scene.outcomes.at(-1)).toBe(`recheck ${check}`);
      expect(await reasonOf(name)).toMatch(reason);
      expect([await active(tokens), await active(others)]).toEqual([false, false]);
      expect((await refresh(others)).refused).toMatch(/^invalid_grant/);
      expect(await seenBy(browser)).toBe('Sign in');
      expect((await userNamed(name))?.timesDisabled).toBe(1);
    });
  });

  test('[S31] another name, and another person under the former one, are nothing to the login', async () => {
    const tokens = await signIn('renamed');
    change('renamed', 'moddn\nnewrdn: uid=newly\ndeleteoldrdn: 1');
    slapd.modify(
      ldifEntry(dn('renamed'), {
        objectClass: 'inetOrgPerson',
        uid: 'renamed',
        cn: 'x',
        sn: 'x',
        employeeType: 'former',
      }),
    );
    ahead = DUE;
    expect((await refreshed(tokens)).claims()?.['preferred_username']).toBe('renamed');
    expect(scene.outcomes.at(-1)).toBe('recheck ok');
  });

  test('[S36] groups that the directory took away are gone from the tokens of the same request', async () => {
    const tokens = await signIn('member');
    expect(tokens.claims()?.['groups']).toEqual(['Developers']);
    slapd.modify(
      `dn: cn=developers,ou=groups,${SUFFIX}\nchangetype: modify\ndelete: member\nmember: ${dn('member')}\n`,
    );
    ahead = DUE;
    expect((await refreshed(tokens)).claims()?.['groups']).toEqual([]);
  });

  test('[S36] a person who no longer meets the condition is refused and disabled', async () => {
    await configure({ rules: { condition: { 'ForAnyValue:StringEquals': { 'login:groups': ['developers'] } } } });
    const tokens = await signIn('barred');
    slapd.modify(
      `dn: cn=developers,ou=groups,${SUFFIX}\nchangetype: modify\ndelete: member\nmember: ${dn('barred')}\n`,
    );
    expect(await refusal(tokens)).toMatch(UNCONFIRMED);
    expect(await reasonOf('barred')).toMatch(/^corp: does not meet the condition/);
  });

  test('[S36] a browser session is not continued either, at an app and on our own pages', async () => {
    for (const path of ['app', '/sign-in', '/sign-in/links']) {
      ahead = 0;
      const browser = newPerson(scene.url);
      await signIn('browser', browser);
      const seen = async () =>
        path === 'app' ? await seenBy(browser) : expectPage(await browser.open(`${scene.url}${path}`)).heading;
      expect(await seen()).not.toBe('Sign in');
      change('browser', 'modify\nreplace: employeeType\nemployeeType: former');
      expect(await seen()).not.toBe('Sign in');
      ahead += DUE;
      expect(await seen()).toBe('Sign in');
      expect(await reasonOf('browser')).toBe('corp: not in the directory any more');
      change('browser', 'modify\nreplace: employeeType\nemployeeType: staff');
    }
  });

  test('[S36] an access token of the command line opens no role any more', async () => {
    const commandLine = await discover(scene, 'rolecall-cli', null);
    const asked = { redirect_uri: 'http://127.0.0.1:40123/callback', scope: 'openid offline_access' };
    const { access_token: token } = await signIn('admin', newPerson(scene.url), commandLine, asked);
    const open = async () => {
      const body = new URLSearchParams({ role_arn: `arn:aws:iam::${ACCOUNT}:role/dev` });
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${scene.url}/oidc/role-credentials`, { method: 'POST', headers, body })).status;
    };
    change('admin', 'delete');
    // There are no roles in this scene.
    expect(await open()).toBe(403);
    ahead = DUE;
    expect(await open()).toBe(401);
    expect(await reasonOf('admin')).toBe('corp: not in the directory any more');
  });

  test('a password that must be changed refuses the login, and ends nothing', async () => {
    const tokens = await signIn('reset');
    change('reset', 'modify\nreplace: pwdReset\npwdReset: TRUE');
    expect(await refusal(tokens)).toMatch(UNCONFIRMED);
    expect([scene.outcomes.at(-1), await reasonOf('reset')]).toEqual(['recheck password-due', undefined]);
    change('reset', 'modify\ndelete: pwdReset');
    await refreshed(tokens);
  });

  test('the next sign-in lifts what the directory did, and not what was ended', async () => {
    const tokens = await signIn('back');
    change('back', 'modify\nreplace: employeeType\nemployeeType: former');
    expect(await refusal(tokens)).toMatch(UNCONFIRMED);
    change('back', 'modify\nreplace: employeeType\nemployeeType: staff');
    await refreshed(await signIn('back'));
    expect(await reasonOf('back')).toBeUndefined();
    expect((await refresh(tokens)).refused).toMatch(/^invalid_grant/);
  });

  test('a directory that is down ends nothing; once it is back, it is asked again', async () => {
    const [browser, tokens] = [newPerson(scene.url), await signIn('twice')];
    const down = await signIn('down', browser);
    await slapd.stop();
    try {
      ahead = DUE;
      const before = rechecks();
      const next = await refreshed(await refreshed(down));
      expect(rechecks()).toBe(before + 1);
      expect(lastEvent()).toMatchObject({
        outcome: 'failed',
        errorCode: 'unreachable',
        request: { result: 'unanswered' },
      });
      expect(await seenBy(browser)).not.toBe('Sign in');
      // Another person does not wait for the same servers.
      await refreshed(tokens);
      expect(lastEvent()).toMatchObject({ request: { detail: 'the directory did not answer a moment ago' } });
      expect(await reasonOf('down')).toBeUndefined();
      await slapd.start();
      change('down', 'delete');
      ahead += 30_000;
      await endPause('down');
      expect((await refresh(next)).refused).toMatch(UNCONFIRMED);
      expect(await reasonOf('down')).toBe('corp: not in the directory any more');
    } finally {
      if (slapd.pid === 0) await slapd.start();
    }
  });

  test('the grace for a directory that cannot be asked ends with the age limit of the connector', async () => {
    await configure({ maxProofAge: 7200 });
    const tokens = await signIn('old');
    await configure({ maxProofAge: 7200, servers: ['ldaps://127.0.0.1:1', slapd.secureUrl].slice(0, 1) });
    ahead = 2 * HOUR + 1;
    expect((await refresh(tokens)).refused).toMatch(/^invalid_grant/);
  });

  test.each([
    ['finds nobody', { userFilter: '(employeeType=nobody)' }],
    ['has no such base', { userBaseDn: `ou=nowhere,${SUFFIX}` }],
    ['refuses the service account', { bindPassword: 'wrong' }],
  ])('a connector that %s says nothing of the person', async (_, more) => {
    const tokens = await signIn('blind');
    await configure(more);
    ahead = DUE;
    await refreshed(tokens);
    expect(lastEvent()).toMatchObject({ outcome: 'failed', errorCode: 'metadata', request: { result: 'unanswered' } });
    expect(await reasonOf('blind')).toBeUndefined();
    await endPause('blind');
  });

  test('[S31] an identifier that regards case is found, too', async () => {
    await configure({ subjectAttribute: 'labeledURI' });
    const tokens = await signIn('Cased');
    const [{ subject } = { subject: '' }] = (await userNamed('cased'))?.links ?? [];
    expect(subject).toBe('id-cased');
    ahead = DUE;
    await refreshed(tokens);
    expect(scene.outcomes.at(-1)).toBe('recheck ok');
    change('Cased', 'delete');
    expect(await refusal(tokens)).toMatch(/^invalid_grant/);
  });

  test('with 0, the directory is never asked', async () => {
    await configure({ recheckAfter: 0 });
    const tokens = await signIn('never');
    change('never', 'delete');
    ahead = 24 * HOUR;
    const before = rechecks();
    await refreshed(tokens);
    expect(rechecks()).toBe(before);
  });

  test('what a directory does is nothing to a person of another provider', async () => {
    scene.outside.people.set('ada', { hd: 'corp.example', preferred_username: 'ada' });
    const { seen, login } = await signInWith(scene, openBrowser(scene), { subject: 'ada' });
    const left = expectLeft(await expectPage(seen).submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(scene.app, left, login.checks);
    ahead = DUE;
    const before = rechecks();
    await refreshed(tokens);
    expect(rechecks()).toBe(before);
  });
});
