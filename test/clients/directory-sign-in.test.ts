import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Seen } from '../../harness/person.ts';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { type ConnectorScene, connectorScene } from '../federation/connectors/scene.ts';
import { beginLogin, expectLeft, expectPage, typeIn } from '../oidc/app.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const NAMES = ['alice', 'guessed', 'bertram', 'linda', 'tried'];
const LDIF = [
  SUFFIX_ENTRIES,
  ...NAMES.map((uid) =>
    ldifEntry(`uid=${uid},ou=people,${SUFFIX}`, {
      objectClass: 'inetOrgPerson',
      uid,
      cn: `${uid} of the directory`,
      sn: uid,
      userPassword: PASSWORD,
    }),
  ),
  ldifEntry(`cn=admins,ou=groups,${SUFFIX}`, {
    objectClass: 'groupOfNames',
    cn: 'admins',
    member: `uid=alice,ou=people,${SUFFIX}`,
  }),
].join('\n');

withPeer(hasSlapd, 'slapd')('the sign-in page of a directory', () => {
  let slapd: Slapd;
  let scene: ConnectorScene;
  let mayLink = true;

  const directory = (more: object = {}) => ({
    name: 'corp',
    kind: 'ldap',
    displayName: 'Corp',
    servers: [slapd.secureUrl],
    ca: slapd.ca,
    baseDn: SUFFIX,
    bindDn: READER.dn,
    bindPassword: READER.password,
    domains: ['corp.example'],
    rules: { groups: { map: [{ value: 'admins', group: 'Administrators' }] } },
    ...more,
  });

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: ACCESS });
    scene = await connectorScene({ mayChangeOwnLinks: async () => mayLink });
    await scene.configure([directory()]);
  });
  afterAll(async () => {
    await scene?.close();
    await slapd?.remove();
  });

  async function openDirectory(person = newPerson(scene.url)): Promise<PageSeen> {
    const login = await beginLogin(scene.app, { prompt: 'login' });
    const page = expectPage(await person.open(login.url.href));
    return expectPage(await page.submit('continue with corp'));
  }
  /** Whether the person has come to the consent of the app, or through it. */
  const expectSignedIn = (seen: Seen) => expect(seen.kind === 'left' ? 'Allow' : seen.heading).toMatch(/^Allow/);
  const type = async (page: PageSeen, name: string, password = PASSWORD) =>
    await page.submit('sign in', { name, password });

  test('the button leads to a page for name and password, and from there to the app', async () => {
    const page = await openDirectory();
    expect(page.text).toContain('Sign in with Corp');
    const consent = expectPage(await type(page, 'alice'));
    expect(consent.text).toContain('signed in as alice');
    const at = expectLeft(await consent.submit('allow'));
    expect(at.searchParams.get('code')).toBeTruthy();
    expect(scene.outcomes.at(-1)).toBe('ok');
  });

  test('[S31] the person is a user of the account, by the entryUUID', async () => {
    const { items } = await scene.identities.users.find('byName', [ACCOUNT, 'alice'], { limit: 1 });
    expect(items[0]).toMatchObject({ path: '/federated/corp/', links: [{ displayName: 'alice of the directory' }] });
    expect(items[0]?.links?.[0]?.subject).toMatch(/^[\da-f-]{36}$/);
  });

  test('the domain of an address leads there, too, and fills in the name', async () => {
    const person = newPerson(scene.url);
    const login = await beginLogin(scene.app);
    const page = expectPage(await person.open(login.url.href));
    const ways = expectPage(await page.submit('continue', { 'user name': 'alice@corp.example' }));
    const shown = expectPage(await ways.submit('continue with corp'));
    expect(shown.text).toContain('Sign in with Corp');
    expect(shown.html).toContain('value="alice@corp.example"');
  });

  test('[S25] an unknown name and a wrong password are answered alike', async () => {
    const [unknown, wrong] = [
      expectPage(await type(await openDirectory(), 'nobody', 'wrong')),
      expectPage(await type(await openDirectory(), 'bertram', 'wrong')),
    ];
    expect(unknown.status).toBe(400);
    expect(wrong.status).toBe(400);
    expect(unknown.text).toContain('The name or password is not right.');
    expect(wrong.text).toBe(unknown.text);
  });

  test('[S48] the audit log has the check and the reason, and neither password nor a name that nobody has', async () => {
    await type(await openDirectory(), 'my password by mistake', 'wrong-secret');
    await type(await openDirectory(), 'alice', 'wrong-secret');
    const events = JSON.stringify(scene.events);
    expect(events).toContain('uid=alice');
    expect(events).toContain('credentials');
    for (const secret of ['my password by mistake', 'wrong-secret', PASSWORD, READER.password]) {
      expect(events).not.toContain(secret);
    }
  });

  test('[S24] guesses are slowed down for the guesser, and not for a device that the person knows', async () => {
    const owner = newPerson(scene.url);
    expectSignedIn(await type(await openDirectory(owner), 'guessed'));
    let last: PageSeen | undefined;
    for (let guess = 0; guess < 12; guess += 1)
      last = expectPage(await type(await openDirectory(), 'GUESSED', 'wrong'));
    expect(last?.status).toBe(429);
    expect(last?.text).toContain('too many failed attempts');
    expectSignedIn(await type(await openDirectory(owner), 'guessed'));
  });

  test('a directory that is down leaves the other ways to sign in', async () => {
    await scene.configure([directory({ servers: ['ldaps://127.0.0.1:1'] })]);
    const page = expectPage(await type(await openDirectory(), 'alice'));
    expect(page.status).toBe(502);
    expect(page.text).toContain('Corp cannot be reached at the moment');
    expect(page.html).toContain('Sign in another way');
    await scene.configure([directory()]);
  });

  test('[S36] a connector that was disabled takes no passwords', async () => {
    const page = await openDirectory();
    await scene.configure([directory({ enabled: false })]);
    const refused = expectPage(await type(page, 'alice'));
    expect(refused.text).toContain('This way to sign in is not available');
    await scene.configure([directory()]);
  });

  test('[S40] rules keep people out by what the directory says', async () => {
    const rules = { condition: { StringEquals: { 'login:uid': 'alice' } } };
    await scene.configure([directory({ rules })]);
    expect(expectPage(await type(await openDirectory(), 'bertram')).text).toContain('may not be used here');
    expectSignedIn(await type(await openDirectory(), 'alice'));
    await scene.configure([directory()]);
  });

  describe('linking on the account page', () => {
    async function toLink(user: string): Promise<PageSeen> {
      await scene.addUser(user);
      const person = newPerson(scene.url);
      expect(expectPage(await typeIn(await person.open(`${scene.url}/sign-in`), { user })).heading).toBe(
        'Your account',
      );
      return expectPage(await person.open(`${scene.url}/sign-in/links`));
    }
    const ask = async (page: PageSeen) => expectPage(await page.submit('link a login with corp'));
    const link = async (page: PageSeen, name: string, password = PASSWORD) =>
      expectPage(await page.submit('link login', { 'user name at corp': name, password }));
    const lastLink = () => scene.events.filter(({ eventName }) => eventName === 'LinkLogin').at(-1);

    test('[S31] a user links a login of the directory with both passwords, signs in with it, and unlinks it', async () => {
      const linked = await link(await ask(await toLink('lena')), 'linda');
      expect(linked.text).toContain('The login is linked.');
      expect(linked.text).toContain('Corp: linda of the directory');
      expect(lastLink()).toMatchObject({ outcome: 'allowed', request: { connector: 'corp', amr: 'pwd' } });
      expect(expectPage(await type(await openDirectory(), 'linda')).text).toContain('signed in as lena');
      expect(expectPage(await linked.submit('unlink')).text).toContain('The login is unlinked.');
      expect(expectPage(await type(await openDirectory(), 'linda')).text).toContain('signed in as linda');
    });

    test('[S25] a wrong password and an unknown name link nothing, and are answered alike', async () => {
      const page = await ask(await toLink('wanda'));
      const [wrong, unknown] = [await link(page, 'tried', 'wrong-secret'), await link(page, 'nobody', 'wrong-secret')];
      expect([wrong.status, wrong.text.includes('The name or password is not right.')]).toEqual([400, true]);
      expect(unknown.text).toBe(wrong.text);
      expect(lastLink()).toMatchObject({ outcome: 'refused', errorCode: 'credentials' });
      expect(JSON.stringify(scene.events)).not.toContain('wrong-secret');
    });

    test('[S24] guesses count together with those of the sign-in page', async () => {
      const page = await ask(await toLink('gina'));
      let last = page;
      for (let guess = 0; guess < 12 && last.status !== 429; guess += 1) last = await link(page, 'tried', 'wrong');
      expect(last.text).toContain('too many failed attempts');
      expect((await link(page, 'tried')).status).toBe(429);
      expect(expectPage(await type(await openDirectory(), 'tried')).status).toBe(429);
    });

    test('[S31] a login of another user is refused, and so is a user who may not link', async () => {
      expectSignedIn(await type(await openDirectory(), 'bertram'));
      const page = await toLink('theo');
      expect((await link(await ask(page), 'bertram')).text).toContain('is linked to another user here');
      mayLink = false;
      expect(expectPage(await page.submit('link a login with corp')).status).toBe(403);
      mayLink = true;
    });
  });
});
