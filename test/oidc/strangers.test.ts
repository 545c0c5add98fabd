import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { APPS, beginLogin, discover, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

const SEED = Buffer.from('12345678901234567890');
const codeNow = (): string => codeAt(SEED, timeStepAt(Date.now()));

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS, trustedProxies: ['127.0.0.0/8', '::1'] });
  app = await discover(installation);
});
afterAll(() => installation.close());

const from = (ip: string): Person => newPerson(installation.url, { 'x-forwarded-for': ip });
async function signInPage(person: Person, more: Record<string, string> = {}): Promise<PageSeen> {
  return expectPage(await person.open((await beginLogin(app, more)).url.href));
}

/** Fails at a name from so many addresses, at our own sign-in page, which costs less than a request of an app. */
async function besiege(user: string, addresses: number): Promise<void> {
  const tries = Array.from({ length: addresses }, async (_, n) => {
    const page = await from(`10.0.${n >> 8}.${n & 255}`).open(`${installation.url}/sign-in`);
    return typeIn(expectPage(page), { user, password: 'a wrong guess' });
  });
  await Promise.all(tries);
}

describe('[S24] while strangers guess', () => {
  test('a person gets in on a known device, and on a new one with a code after the password', async () => {
    const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/besieged`;
    const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
    const mfaDevices = [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }];
    await installation.addUser('plain');
    await installation.addUser('besieged', { mfaDevices });
    const known = from('192.0.2.1');
    expect(expectPage(await typeIn(await signInPage(known), { user: 'plain' })).heading).toBe('Allow The App?');
    await besiege('plain', 110);
    await besiege('besieged', 110);

    const held = expectPage(await typeIn(await signInPage(from('192.0.2.2')), { user: 'besieged' }));
    expect(held).toMatchObject({ status: 429, heading: 'Enter your code' });
    expect(held.text).toMatch(/try again in 24 hours/);
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(23 * 3600);
    expect(expectPage(await held.submit('continue', { 'mfa code': codeNow() })).heading).toBe('Allow The App?');

    const stranger = from('192.0.2.3');
    const asked = expectPage(await typeIn(await signInPage(stranger), { user: 'plain' }));
    expect(asked).toMatchObject({ status: 429, heading: 'Enter your code' });
    const refused = expectPage(await asked.submit('continue', { 'mfa code': '000000' }));
    expect(refused).toMatchObject({ status: 400, heading: 'Sign in' });
    expect(refused.text).toContain('The account, name or password is not right.');

    const moved = newPersonOf(known, '192.0.2.4');
    expect(
      expectPage(await typeIn(await signInPage(moved, { prompt: 'login consent' }), { user: 'plain' })).heading,
    ).toBe('Allow The App?');
  });

  test('a device is also known if the app asked for account selection', async () => {
    await installation.addUser('choosy');
    const known = from('192.0.2.7');
    const first = await typeIn(await signInPage(known, { prompt: 'select_account consent' }), { user: 'choosy' });
    expect(expectPage(first).heading).toBe('Allow The App?');
    const office = '192.0.2.8';
    for (let n = 0; n < 11; n++) await typeIn(await signInPage(from(office)), { user: 'choosy', password: 'wrong' });
    const moved = await signInPage(newPersonOf(known, office), { prompt: 'login consent' });
    expect(expectPage(await typeIn(moved, { user: 'choosy' })).heading).toBe('Allow The App?');
  });

  test('a code is valid for one password, and a password for one code', async () => {
    await besiege('nobody', 110);
    const asked = expectPage(await typeIn(await signInPage(from('192.0.2.5')), { user: 'nobody', password: PASSWORD }));
    expect(asked.heading).toBe('Enter your code');
    await asked.submit('continue', { 'mfa code': '000000' });
    expect(expectPage(await asked.submit('continue', { 'mfa code': '000000' })).heading).toBe('Sign in');
  });

  test('the page says how many minutes to wait, and so does Retry-After', async () => {
    await installation.addUser('clumsy');
    const person = from('192.0.2.6');
    for (let n = 0; n < 10; n++) await typeIn(await signInPage(person), { user: 'clumsy', password: 'wrong' });
    const page = expectPage(await typeIn(await signInPage(person), { user: 'clumsy' }));
    expect(page.status).toBe(429);
    expect(page.text).toMatch(/There were too many failed attempts\. Try again in 15 minutes\./);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  });
});

/** The same browser, elsewhere. */
function newPersonOf(person: Person, ip: string): Person {
  return { open: (url) => person.open(url, { 'x-forwarded-for': ip }) };
}
