import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Seen } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT, PASSWORD } from './installation.ts';

let installation: Installation;
/** Gives the tests beside it an installation of their own. */
function withInstallation(): void {
  beforeAll(async () => {
    installation = await install({ clients: APPS });
  });
  afterAll(() => installation.close());
}

const open = async (): Promise<PageSeen> =>
  expectPage(await newPerson(installation.url).open(`${installation.url}/sign-in`));
const signIn = async (account: string, user: string, password = PASSWORD): Promise<Seen> =>
  await typeIn(await open(), { account, user, password });
const headingOf = async (seen: Promise<Seen>): Promise<string> => expectPage(await seen).heading;

describe('who is meant on the sign-in page', () => {
  withInstallation();
  beforeAll(async () => {
    await installation.addUser('alice');
    await installation.addUser('al@example.com');
  });

  test.each([
    ['an account id', ACCOUNT, 'alice'],
    ['an account id with the dashes that AWS shows', '1234-5678-9012', 'alice'],
    ['an account id with spaces', '1234 5678 9012', 'alice'],
    ['an alias', 'example', 'alice'],
    ['a user name that looks like an address', ACCOUNT, 'al@example.com'],
    ['the root user’s address without an account', '', 'root@example.com'],
    ['the root user’s address with its account', ACCOUNT, 'Root@Example.com'],
    ['the root user’s address with another account', OTHER_ACCOUNT, 'root@example.com'],
    ['the root user’s address with nonsense', 'nonsense', 'root@example.com'],
  ])('%s', async (_, account, user) => expect(await headingOf(signIn(account, user))).toBe('Your account'));

  test.each([
    ['a user of another account', OTHER_ACCOUNT, 'alice', 'is not right'],
    ['no account, although there are two', '', 'alice', 'Give the account'],
    ['an address that nobody has', '', 'nobody@example.com', 'is not right'],
  ])('refused: %s', async (_, account, user, said) => {
    const page = expectPage(await signIn(account, user));
    expect(page.text).toContain(said);
  });

  // Last, because it removes the other account.
  test('with only one account, nobody has to name it', async () => {
    await installation.identities.accounts.remove([OTHER_ACCOUNT]);
    expect((await open()).labels).toEqual(['User name or e-mail', 'Password']);
    for (const user of ['alice', 'al@example.com', 'root@example.com']) {
      expect(await headingOf(signIn('', user))).toBe('Your account');
    }
    expect(expectPage(await signIn('', 'nobody')).text).toContain('is not right');
  });
});

describe('[S31] a user who is named like the address of another person', () => {
  withInstallation();
  const ADDRESS = 'Vera@Corp.example';
  const STRANGER_PASSWORD = 'nine loud badgers dig';
  // CreateUser refuses such a name. Here it is stored directly, as two calls at the same moment could leave it.
  beforeAll(async () => {
    const passwordHash = await installation.passwords.hash(STRANGER_PASSWORD);
    const loginProfile = { passwordHash, createdAt: 0, changedAt: Date.now(), resetRequired: false, formerHashes: [] };
    await installation.addUser('vera', { email: ADDRESS.toLowerCase(), emailVerifiedAt: 1 });
    for (const name of ['vera@corp.example', 'root@example.com']) await installation.addUser(name, { loginProfile });
    await installation.addUser('vera@corp.example', { accountId: OTHER_ACCOUNT, loginProfile });
    await installation.addUser('own@corp.example', { email: 'own@corp.example', emailVerifiedAt: 1 });
  });
  const whoIs = async (account: string, user: string, password?: string): Promise<string> => {
    const page = expectPage(await signIn(account, user, password));
    return page.heading === 'Your account' ? (/signed in as (\S+)/i.exec(page.text)?.[1] ?? page.text) : 'refused';
  };

  test('[S31] a user called root is never taken for the root user', async () => {
    await installation.addUser('root');
    expect(await whoIs(ACCOUNT, 'root')).toBe('root');
    const { items } = await installation.identities.users.find('byName', [ACCOUNT, 'root']);
    const page = expectPage(await signIn(ACCOUNT, 'root'));
    expect(page.text).not.toContain('root@example.com');
    expect(items).toHaveLength(1);
  });

  test('[S31] a user with the address of another account’s root user signs in by its account', async () => {
    const email = 'root@other.example';
    await installation.addUser('otto', { email, emailVerifiedAt: 1 });
    expect(await whoIs(ACCOUNT, email)).toBe('otto');
    expect(await whoIs('example', email)).toBe('otto');
    expect(await whoIs('', email)).not.toBe('otto');
    expect(await whoIs(OTHER_ACCOUNT, email)).not.toBe('otto');
  });

  test.each([
    ['by the account id', ACCOUNT, ADDRESS, 'vera'],
    ['by the alias', 'example', ADDRESS, 'vera'],
    ['without an account', '', ADDRESS, 'vera'],
    ['the root user, by the account id', ACCOUNT, 'root@example.com', 'root'],
    ['the root user, by the alias', 'example', 'root@example.com', 'root'],
    ['the root user, without an account', '', 'root@example.com', 'root'],
  ])('the owner of the address is meant: %s', async (_, account, user, who) => {
    expect(await whoIs(account, user)).toBe(who);
    expect(await whoIs(account, user, STRANGER_PASSWORD)).toBe('refused');
  });

  test('in the account that is named, a name comes before an address of another account, and not the other way round', async () => {
    expect(await whoIs(OTHER_ACCOUNT, ADDRESS, STRANGER_PASSWORD)).toBe('vera@corp.example');
    expect(await whoIs(OTHER_ACCOUNT, ADDRESS)).toBe('refused');
  });

  test('a user who is named like their own address is meant by both', async () => {
    for (const account of [ACCOUNT, '']) expect(await whoIs(account, 'own@corp.example')).toBe('own@corp.example');
  });

  // Last, because it removes the other account.
  test('with only one account, the owner of the address is meant, too', async () => {
    await installation.identities.accounts.remove([OTHER_ACCOUNT]);
    expect([await whoIs('', ADDRESS), await whoIs('', 'root@example.com')]).toEqual(['vera', 'root']);
    for (const user of [ADDRESS, 'root@example.com']) expect(await whoIs('', user, STRANGER_PASSWORD)).toBe('refused');
  });
});

describe('too many attempts', () => {
  withInstallation();

  test('[S25] the time to wait does not reveal who exists', async () => {
    await installation.addUser('al@example.com');
    await installation.identities.accounts.remove([OTHER_ACCOUNT]);
    for (const user of ['root@example.com', 'al@example.com', 'nobody@example.com']) {
      for (let n = 0; n < 10; n++) await signIn('', user, 'wrong');
      expect(expectPage(await signIn('', user, 'wrong')).text).toContain('too many failed attempts');
      // the same name with its account is another text, whether it is the same person or nobody
      expect(expectPage(await signIn(ACCOUNT, user, 'wrong')).text).toContain('is not right');
    }
  });
});

describe('a password that must be changed: the page says why', () => {
  withInstallation();

  const profile = async (name: string, change: object) => {
    const user = await installation.addUser(name);
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      ...(old.loginProfile && { loginProfile: { ...old.loginProfile, ...change } }),
    }));
    return expectPage(await signIn(ACCOUNT, name)).text;
  };

  test('it has expired', async () => {
    await installation.identities.accounts.update([ACCOUNT], (old) => ({
      ...old,
      passwordPolicy: {
        minimumPasswordLength: 8,
        requireSymbols: false,
        requireNumbers: false,
        requireUppercaseCharacters: false,
        requireLowercaseCharacters: false,
        allowUsersToChangePassword: true,
        maxPasswordAge: 30,
        passwordReusePrevention: 0,
        hardExpiry: false,
      },
    }));
    expect(await profile('bob', { changedAt: Date.now() - 31 * 86_400_000 })).toContain('Your password has expired');
  });

  test('an administrator has set it', async () => {
    expect(await profile('barbara', { resetRequired: true })).toContain('Your password was set by an administrator');
  });
});

describe('a user', () => {
  withInstallation();

  test('an IAM user’s e-mail address is its tag `email`', async () => {
    await installation.addUser('carol', { tags: [{ key: 'Email', value: 'carol@example.com' }] });
    await installation.addUser('dave', { tags: [{ key: 'email', value: 'no address' }] });
    const app = await discover(installation);
    expect((await logIn(installation, app, { user: 'carol' })).claims()?.['email']).toBe('carol@example.com');
    const claims = (await logIn(installation, app, { user: 'dave' })).claims();
    expect([claims?.['email'], claims?.['email_verified']]).toEqual([undefined, undefined]);
  });

  test('[S31] [OIDC Core §5.1] an address is never reported as verified, because anyone who may tag a user can set it', async () => {
    await installation.addUser('erin', { tags: [{ key: 'email', value: 'root@example.com' }] });
    const app = await discover(installation);
    const tokens = await logIn(installation, app, { user: 'erin' });
    const claims = { email: 'root@example.com', email_verified: false };
    expect(tokens.claims()).toMatchObject(claims);
    const info = await oidc.fetchUserInfo(app, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(info).toMatchObject(claims);
    expect(app.serverMetadata()['claims_supported']).toContain('email_verified');
  });

  test('[RP-Initiated Logout §2] a person who stays signed in is told so, and still is', async () => {
    await installation.addUser('frank');
    const app = await discover(installation);
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'frank', person });
    for (const query of ['', '?client_id=app']) {
      const asked = expectPage(await person.open(`${installation.issuer.href}/session/end${query}`));
      expect(expectPage(await asked.submit('stay signed in')).heading).toBe('You are still signed in');
      expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Your account');
    }
    expect(installation.events.map(({ eventName }) => eventName)).not.toContain('SignOut');
    const asked = expectPage(await person.open(`${installation.issuer.href}/session/end`));
    expect(expectPage(await asked.submit('sign out')).heading).toBe('You are signed out');
    expect(expectLeft(await person.open((await beginLogin(app, { prompt: 'none' })).url.href)).search).toContain(
      'login_required',
    );
  });

  test('the icon of the pages', async () => {
    const answer = await fetch(`${installation.url}/favicon.ico`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(answer.headers.get('cache-control')).toContain('max-age');
  });
});
