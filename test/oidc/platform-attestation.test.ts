import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SettingsService } from '@simplewebauthn/server';
import { newPerson, type Person } from '../../harness/person.ts';
import { openPlatforms, type PlatformUntruth } from '../../harness/platform-attestations.ts';
import { type AttestedBy, SoftwareAuthenticator, type StatedBy } from '../../harness/software-authenticator.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { answerWith, optionsOn } from '../sign-in/policy-ways.ts';
import { APPS, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

/**
 * Attestations of TPMs, Apple's and Android's devices, made by roots of our own: real ones are valid for days only. The library knows the
 * roots of Apple and Google, so for the tests of what these vouch for, ours take their place in its settings.
 */

const directory = temporaryDirectory();
const platforms = openPlatforms(directory.path);
const root = platforms.root('root');
const stranger = platforms.root('stranger');
const VENDORS = ['apple', 'android-key'] as const;

let count = 0;
let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS });
});
afterAll(async () => {
  await installation.close();
  directory.remove();
});

/** An account that requires attestation by one of these anchors. */
const trust = (...trustAnchors: string[]) =>
  installation.identities.accounts.update([ACCOUNT], (account) => ({
    ...account,
    passkeyPolicy: { attestation: 'required' as const, allowedAaguids: [], trustAnchors, updatedAt: 0 },
  }));

/** A new user tries to add a new authenticator on the own pages. */
async function add(attestedBy: AttestedBy) {
  const { userId, userName } = await installation.addUser(`user${++count}`);
  const person: Person = newPerson(installation.url);
  await typeIn(await person.open(`${installation.url}/sign-in`), { user: userName });
  const factors = expectPage(await person.open(`${installation.url}/sign-in/factors`));
  const page = expectPage(await factors.submit('Add a passkey or security key'));
  const key = new SoftwareAuthenticator({ origin: installation.url, attestedBy });
  const after = await answerWith(page, 'Continue', key.create(optionsOn(page)));
  const passkeys = (await installation.identities.users.get([ACCOUNT, userId]))?.passkeys;
  const event = installation.events.findLast(
    ({ eventName, actor }) => eventName === 'EnableMFADevice' && actor?.principalId === userId,
  );
  return { after, passkeys, request: event?.request };
}

async function expectAdded(attestedBy: AttestedBy): Promise<void> {
  const { after, passkeys } = await add(attestedBy);
  expect(after.text).toContain('is added.');
  expect(passkeys).toHaveLength(1);
}

async function expectRefused(attestedBy: AttestedBy, request: object): Promise<void> {
  const refused = await add(attestedBy);
  expect(refused.passkeys).toBeUndefined();
  expect(refused.request).toMatchObject(request);
}

const NOT_TRUSTED = { check: 'not-accepted', refusal: 'not-trusted' };
const notValid = (detail: string) => ({ check: 'not-valid', detail: expect.stringContaining(detail) });

describe.each<[string, (issuer: string, untruth?: PlatformUntruth) => StatedBy, string, string]>([
  ['tpm', platforms.tpm, 'CertInfo extra data', 'PubArea unique is not same'],
  ['apple', platforms.apple, 'nonce was not expected value', 'does not equal credCert public key'],
  ['android-key', platforms.android, 'challenge was not equal', 'does not equal leaf cert public key'],
])('[S27] the attestation format %s', (_format, by, ofAnother, ofOtherKey) => {
  beforeAll(() => {
    for (const identifier of VENDORS)
      SettingsService.setRootCertificates({ identifier, certificates: [root, stranger] });
  });

  test('is accepted under a trust anchor of the account', async () => {
    await trust(root);
    await expectAdded(by('root'));
  });

  test('is refused under another root', async () => {
    await trust(root);
    await expectRefused(by('stranger'), NOT_TRUSTED);
  });

  test('is refused for another ceremony, and for another key', async () => {
    await trust(root);
    await expectRefused(by('root', { isForAnother: true }), notValid(ofAnother));
    await expectRefused(by('root', { hasOtherKey: true }), notValid(ofOtherKey));
  });
});

test('[S27] a key of Android that all applications may use is refused', async () => {
  await trust(root);
  SettingsService.setRootCertificates({ identifier: 'android-key', certificates: [root] });
  await expectRefused(platforms.android('root', { isForAllApplications: true }), notValid('allApplications'));
});

test.each(['apple', 'android'] as const)('[S27] a root of one’s own does not vouch for %s', async (vendor) => {
  await trust(root);
  for (const identifier of VENDORS) SettingsService.setRootCertificates({ identifier, certificates: [stranger] });
  await expectRefused(platforms[vendor]('root'), { check: 'not-valid' });
});
