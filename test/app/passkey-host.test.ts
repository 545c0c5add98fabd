import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ownUrls, relatedOriginFiles } from '../../src/app/login/related-origins.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { warnOfOtherPasskeys } from '../../src/app/stores/passkey-host.ts';
import { requirePublicUrl } from '../../src/app/stores/public-url.ts';
import type { Passkey } from '../../src/identity/documents/passkey.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type OpenIdentities, openIdentities } from '../support/open-identities.ts';

const ACCOUNT = '111122223333';
let scene: OpenIdentities;
const warnings: string[] = [];
const log = { warn: (message: string) => void warnings.push(message) };

const passkey = (credentialId: string, rpId: string): Passkey => ({
  serialNumber: `arn:aws:iam::${ACCOUNT}:u2f/root-account/${credentialId}`,
  credentialId,
  publicKey: 'AA',
  userHandle: 'AA',
  rpId,
  counter: 0,
  transports: [],
  isSynced: false,
  aaguid: '00000000-0000-0000-0000-000000000000',
  label: 'Laptop',
  enabledAt: 0,
});

/** The warnings of a start. */
async function startAt(rpId: string | undefined): Promise<readonly string[]> {
  warnings.length = 0;
  await warnOfOtherPasskeys({ collections: scene.collections, store: scene.identities, log, rpId });
  return [...warnings];
}
const givePasskeys = (...passkeys: Passkey[]) =>
  scene.identities.accounts.update([ACCOUNT], ({ root, ...account }) => ({ ...account, root: { ...root, passkeys } }));

beforeAll(async () => {
  scene = await openIdentities();
  const server = { publicUrl: 'https://id.example.org', isPublicUrlDefault: false };
  await requirePublicUrl(server as never, { collections: scene.collections, clock: systemClock, log });
  await scene.addAccount(ACCOUNT);
});
afterAll(() => scene.close());

test('[S27] each start warns of passkeys that another host name has, until there are none', async () => {
  expect(await startAt('id.example.org')).toEqual([]);
  await givePasskeys(passkey('one', 'id.example.org'), passkey('two', 'id.example.org'));
  expect(await startAt('id.example.org')).toEqual([]);
  const changed = await startAt('example.org');
  expect(changed).toEqual([
    expect.stringContaining('passkeys that are bound to id.example.org cannot be used at example.org (2 of them)'),
  ]);
  expect(await startAt('example.org')).toEqual(changed);
  await givePasskeys(passkey('two', 'id.example.org'), passkey('three', 'example.org'));
  expect(await startAt('example.org')).toEqual([expect.stringContaining('(1 of them)')]);
  await givePasskeys(passkey('three', 'example.org'));
  expect(await startAt('example.org')).toEqual([]);
  expect(await startAt(undefined)).toEqual([]);
});

test('an RP ID that the public URL cannot have is refused at start, with what is allowed', () => {
  const read = (ROLECALL_PASSKEY_RP_ID: string) =>
    readSettings({ ROLECALL_PUBLIC_URL: 'https://id.example.org', ROLECALL_PASSKEY_RP_ID }, '/nonexistent.json');
  expect(read('example.org').signIn.passkeyRpId).toBe('example.org');
  expect(() => read('example.com')).toThrow(
    /ROLECALL_PASSKEY_RP_ID.*must be the host of the public URL or a domain that contains it: id\.example\.org or example\.org/,
  );
  expect(() => read('https://example.org')).toThrow(/must be a host name in lower case/);
});

test('[S27] related origins are read from a list, and refused with every fault', () => {
  const read = (ROLECALL_PASSKEY_ORIGINS: string, env: Record<string, string> = {}) =>
    readSettings(
      { ROLECALL_PUBLIC_URL: 'https://id.example.org', ROLECALL_PASSKEY_ORIGINS, ...env },
      '/nonexistent.json',
    );
  expect(read('').signIn.passkeyOrigins).toEqual([]);
  const listed = ['https://login.example.com', 'https://example.net'];
  expect(read(listed.join(',')).signIn.passkeyOrigins).toEqual(listed);
  // A server that moved to another domain goes on with the passkeys of the former one.
  const moved = { ROLECALL_PUBLIC_URL: 'https://login.example.com', ROLECALL_PASSKEY_RP_ID: 'id.example.org' };
  expect(read(listed.join(','), moved).signIn.passkeyRpId).toBe('id.example.org');
  expect(() => read('https://example.net', moved)).toThrow(
    /list https:\/\/login\.example\.com in signIn\.passkeyOrigins/,
  );
  expect(() => read('http://example.com,https://example.net/')).toThrow(
    /2 problem\(s\):[\s\S]*must be an https origin[\s\S]*must be only an origin/,
  );
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `https://${name}.example`).join(',');
  expect(() => read(six)).toThrow(/ROLECALL_PASSKEY_ORIGINS.*at most 5 different names of domains/);
  expect(() => read('https://example.net', { ROLECALL_PUBLIC_URL: 'https://192.0.2.1' })).toThrow(/is an IP address/);
});

test('[S27] [WebAuthn Level 3 §5.11] the file is served if origins are listed, at the host of the passkeys too', () => {
  const at = (passkeyOrigins: string[]) =>
    ({
      server: { publicUrl: 'https://login.example.com', mtlsUrl: undefined },
      signIn: { passkeyOrigins, passkeyRpId: 'id.example.org' },
    }) as never;
  expect([...relatedOriginFiles(at([])).keys()]).toEqual([]);
  expect(ownUrls(at([]))).not.toContain('https://id.example.org');
  const listed = at(['https://login.example.com']);
  expect(relatedOriginFiles(listed).get('/.well-known/webauthn')?.()).toBe('{"origins":["https://login.example.com"]}');
  expect(ownUrls(listed)).toContain('https://id.example.org');
});
