import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { APPS, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

/** Passkeys behind a proxy that ends TLS, and with headers that a proxy, or anyone, could have set. */

const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));
const answer = async (page: PageSeen, button: string, credential: string): Promise<PageSeen> =>
  expectPage(await page.submit(button, { credential }));

describe.each([
  ['a proxy that is trusted', ['127.0.0.1', '::1', '::ffff:127.0.0.1']],
  ['a sender that is not', []],
])('[S49] [WebAuthn L3 §13.4.9] forwarding headers of %s', (_name, trustedProxies) => {
  const PUBLIC = 'https://id.example';
  const FORGED = {
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'phish.example:8443',
    'x-forwarded-port': '8443',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9;proto=http;host=phish.example',
  };
  const direct = globalThis.fetch;
  let proxied: Installation;
  beforeAll(async () => {
    proxied = await install({ clients: APPS, publicUrl: PUBLIC, trustedProxies });
    globalThis.fetch = (input, init) => direct(String(input).replace(PUBLIC, proxied.url), init);
  });
  afterAll(async () => {
    globalThis.fetch = direct;
    await proxied.close();
  });

  test('change neither the origin nor the host name of passkeys, and an address only if they are trusted', async () => {
    const user = await proxied.addUser('ann');
    const person = newPerson(PUBLIC, FORGED);
    await typeIn(await person.open(`${PUBLIC}/sign-in`), { user: 'ann' });
    const adding = async () =>
      expectPage(
        await expectPage(await person.open(`${PUBLIC}/sign-in/factors`)).submit('Add a passkey or security key'),
      );
    const key = new SoftwareAuthenticator({ origin: PUBLIC });
    for (const origin of ['https://phish.example:8443', 'http://phish.example', 'http://id.example', proxied.url]) {
      const page = await adding();
      expect(optionsOn(page).rp.id).toBe('id.example');
      expect((await answer(page, 'Continue', key.create(optionsOn(page), { origin }))).status).toBe(400);
      // The operator sees what was expected, and what came.
      expect(JSON.stringify(proxied.events.at(-1))).toContain(origin);
      expect(JSON.stringify(proxied.events.at(-1))).toContain(PUBLIC);
    }
    const page = await adding();
    expect((await answer(page, 'Continue', key.create(optionsOn(page)))).text).toContain('is added.');
    const alone = expectPage(await newPerson(PUBLIC, FORGED).open(`${PUBLIC}/sign-in`));
    expect((await answer(alone, 'Use a passkey', key.get(optionsOn(alone)))).heading).toBe('Your account');
    const event = proxied.events.findLast(({ eventName }) => eventName === 'PasskeySignIn');
    expect(event).toMatchObject({ outcome: 'allowed', actor: { principalId: user.userId } });
    expect(JSON.stringify(event).includes('203.0.113.9')).toBe(trustedProxies.length > 0);
  });
});
