import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { withLoginsEnded } from '../../src/identity/credentials/login-generation.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { APPS, beginLogin, discover, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

const SEED = Buffer.from('12345678901234567890');
const CHOSEN = 'a lantern, nine kites and rain';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  app = await discover(installation);
});
afterAll(() => installation.close());

type Profile = NonNullable<User['loginProfile']>;

const withProfile =
  (change: Partial<Profile>) =>
  (user: User): User => ({ ...user, loginProfile: { ...(user.loginProfile as Profile), ...change } });

function deviceOf(name: string) {
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/${name}`;
  const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
  return { serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 };
}

/** Gives the password of a person from whom another step is asked for, and answers the page of that step. */
async function halfSignedIn(name: string, change: (user: User) => User): Promise<{ page: PageSeen; user: User }> {
  const { userId } = await installation.addUser(name);
  const user = (await installation.identities.users.update([ACCOUNT, userId], change)) as User;
  const start = await newPerson(installation.url).open((await beginLogin(app)).url.href);
  return { page: expectPage(await typeIn(expectPage(start), { user: name })), user };
}

const newHash = (): Promise<string> => installation.passwords.hash('what the administrator gave instead');

/** What is done about a password that somebody else has got hold of. */
const measures: [string, (user: User) => Promise<User>][] = [
  ['another password', async (user) => withLoginsEnded(withProfile({ passwordHash: await newHash() })(user))],
  ['the end of all sessions', async (user) => withLoginsEnded(user)],
];

describe.each(measures)('[S36] %s cancels sign-ins in progress with the previous password', (title, measure) => {
  test('they cannot choose the new password', async () => {
    const { page, user } = await halfSignedIn(`chooses-${title.length}`, withProfile({ resetRequired: true }));
    expect(page.heading).toBe('Choose a new password');
    const after = await measure(user);
    await installation.identities.users.update([ACCOUNT, user.userId], () => after);
    const seen = expectPage(await page.submit('change', { 'new password': CHOSEN, repeat: CHOSEN }));
    expect(seen.heading).toBe('Sign in');
    expect(await installation.identities.users.get([ACCOUNT, user.userId])).toEqual(after);
  });

  test('a correct code does not sign them in', async () => {
    const name = `code-${title.length}`;
    const { page, user } = await halfSignedIn(name, (old) => ({ ...old, mfaDevices: [deviceOf(name)] }));
    expect(page.heading).toBe('Enter your code');
    const after = await measure(user);
    await installation.identities.users.update([ACCOUNT, user.userId], () => after);
    const code = codeAt(SEED, timeStepAt(Date.now()));
    expect(expectPage(await page.submit('continue', { 'mfa code': code })).heading).toBe('Sign in');
  });
});

test('[S30] a second factor added meanwhile is required before the password can be changed', async () => {
  const { page, user } = await halfSignedIn('gets-mfa', withProfile({ resetRequired: true }));
  await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
    ...old,
    mfaDevices: [deviceOf('gets-mfa')],
  }));
  const seen = expectPage(await page.submit('change', { 'new password': CHOSEN, repeat: CHOSEN }));
  expect(seen.heading).toBe('Sign in');
  const after = await installation.identities.users.get([ACCOUNT, user.userId]);
  expect((await installation.passwords.verify(after?.loginProfile?.passwordHash ?? '', PASSWORD)).ok).toBe(true);
});
