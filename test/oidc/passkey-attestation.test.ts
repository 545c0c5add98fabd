import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openVendors } from '../../harness/attestation-authority.ts';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { type AttestedBy, type CertifiedBy, SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { StoredPasskeyPolicy } from '../../src/identity/documents/account.ts';
import { answerWith, optionsOn } from '../sign-in/policy-ways.ts';
import { APPS, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT } from './installation.ts';

const DAY = 86_400_000;
const MODEL = '0123456789abcdef0123456789abcdef';
const MODEL_UUID = '01234567-89ab-cdef-0123-456789abcdef';
const OTHER_MODEL = 'fedcba9876543210fedcba9876543210';
const REFUSED = 'Your account does not accept this passkey or security key.';

const directory = temporaryDirectory();
const { vendor, model } = openVendors(directory.path);
const root = vendor('root');
const strangers = vendor('strangers');
vendor('between', { issuer: 'root' });
vendor('leafless', { issuer: 'root', constraints: 'CA:true,pathlen:0' });
vendor('below-leafless', { issuer: 'leafless' });
const own: CertifiedBy = model({ issuers: ['between'], aaguid: MODEL });

let ahead = 0;
let count = 0;
let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS, clock: { now: () => Date.now() + ahead } });
});
afterAll(async () => {
  await installation.close();
  directory.remove();
});

const setPolicy = (policy: Partial<StoredPasskeyPolicy> | undefined, accountId = ACCOUNT) =>
  installation.identities.accounts.update([accountId], ({ passkeyPolicy: _former, ...account }) => ({
    ...account,
    ...(policy !== undefined && {
      passkeyPolicy: { attestation: 'required', allowedAaguids: [], trustAnchors: [root], updatedAt: 0, ...policy },
    }),
  }));

async function addPage(user: string): Promise<PageSeen> {
  const person: Person = newPerson(installation.url);
  await typeIn(await person.open(`${installation.url}/sign-in`), { user });
  const factors = expectPage(await person.open(`${installation.url}/sign-in/factors`));
  return expectPage(await factors.submit('Add a passkey or security key'));
}

/** A new user tries to add a new authenticator on the own pages. */
async function add(attestedBy: AttestedBy, aaguid = MODEL) {
  const { userId, userName } = await installation.addUser(`user${++count}`);
  const page = await addPage(userName);
  const key = new SoftwareAuthenticator({ origin: installation.url, aaguid, attestedBy });
  const after = await answerWith(page, 'Continue', key.create(optionsOn(page)));
  const passkeys = (await installation.identities.users.get([ACCOUNT, userId]))?.passkeys;
  const event = installation.events.findLast(
    ({ eventName, actor }) => eventName === 'EnableMFADevice' && actor?.principalId === userId,
  );
  return { page, after, passkeys, event };
}

async function expectRefused(refusal: string, attestedBy: AttestedBy, aaguid = MODEL): Promise<void> {
  const { after, passkeys, event } = await add(attestedBy, aaguid);
  expect(after.text).toContain(REFUSED);
  expect(passkeys).toBeUndefined();
  expect(event).toMatchObject({
    outcome: 'refused',
    errorCode: 'passkey',
    request: { check: 'not-accepted', refusal, aaguid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-/) },
  });
}

describe('[S27] an account that requires attestation', () => {
  test('asks for it, and accepts a model whose certificate leads to a trust anchor', async () => {
    await setPolicy({});
    const { page, after, passkeys, event } = await add(own);
    expect(optionsOn(page)).toMatchObject({ attestation: 'direct' });
    expect(after.text).toContain('is added.');
    expect(passkeys).toMatchObject([{ aaguid: MODEL_UUID }]);
    expect(event).toMatchObject({ outcome: 'allowed', request: { aaguid: MODEL_UUID } });
  });

  test.each([
    ['issued by the root itself', { issuers: ['root'] }],
    ['that names no AAGUID', { issuers: ['between'] }],
  ])('accepts a certificate %s', async (_what, made) => {
    await setPolicy({ allowedAaguids: [MODEL_UUID] });
    const attestedBy = model(made);
    expect((await add(attestedBy)).after.text).toContain('is added.');
    // The root need not be sent.
    const x5c = attestedBy.x5c.slice(0, made.issuers[0] === 'root' ? 1 : 2);
    expect((await add({ ...attestedBy, x5c })).after.text).toContain('is added.');
  });

  test.each([
    ['no attestation', 'no-attestation', 'none' as const],
    ['self attestation', 'self-attestation', 'self' as const],
    ['a certificate of an unknown vendor', 'not-trusted', model({ issuers: ['strangers'], aaguid: MODEL })],
    [
      'a certificate below another that is no authority',
      'not-trusted',
      model({ issuers: ['model1', 'between'], aaguid: MODEL }),
    ],
    ['more authorities than one of them allows', 'not-trusted', model({ issuers: ['below-leafless', 'leafless'] })],
    ['a certificate for another model', 'aaguid-differs', model({ issuers: ['between'], aaguid: OTHER_MODEL })],
    ['a format that no authenticator has any more', 'format', withFormat('android-safetynet')],
    ['a certificate that is not one', 'certificate-unreadable', { ...own, x5c: [Buffer.alloc(9)] }],
    ['no certificate at all', 'self-attestation', { ...own, x5c: [] }],
  ])('refuses %s', async (_what, refusal, attestedBy: AttestedBy) => {
    await setPolicy({});
    await expectRefused(refusal, attestedBy);
  });

  test('refuses a model that the policy does not list', async () => {
    await setPolicy({ allowedAaguids: ['11111111-1111-1111-1111-111111111111'] });
    await expectRefused('aaguid-not-allowed', own);
  });

  test('accepts a U2F key, which has no model, unless models are listed without it', async () => {
    const zero = '0'.repeat(32);
    const none = '00000000-0000-0000-0000-000000000000';
    // Its certificate may name the model all the same.
    const u2f = model({ issuers: ['root'], aaguid: MODEL, format: 'fido-u2f' });
    for (const allowedAaguids of [[], [MODEL_UUID, none]]) {
      await setPolicy({ allowedAaguids });
      expect((await add(u2f, zero)).after.text).toContain('is added.');
    }
    await setPolicy({ allowedAaguids: [MODEL_UUID] });
    await expectRefused('aaguid-not-allowed', u2f, zero);
    await setPolicy({ trustAnchors: [strangers] });
    await expectRefused('not-trusted', u2f, zero);
  });

  test('refuses an expired certificate', async () => {
    await setPolicy({});
    const short = model({ issuers: ['between'], aaguid: MODEL, days: 1 });
    expect((await add(short)).after.text).toContain('is added.');
    ahead = 2 * DAY;
    await expectRefused('certificate-expired', short);
    expect((await add(own)).after.text).toContain('is added.');
    ahead = 0;
  });

  test('refuses an attestation that the authenticator did not sign', async () => {
    await setPolicy({});
    const { key } = model({ issuers: ['between'], aaguid: MODEL });
    const { after, passkeys, event } = await add({ ...own, key });
    expect(after.text).toContain('could not be added');
    expect(passkeys).toBeUndefined();
    expect(event).toMatchObject({ outcome: 'refused', request: { check: 'not-valid' } });
  });

  test('does not trust the anchors of another account', async () => {
    await setPolicy({ trustAnchors: [strangers] });
    await setPolicy({ trustAnchors: [root] }, OTHER_ACCOUNT);
    await expectRefused('not-trusted', own);
    expect((await add(model({ issuers: ['strangers'], aaguid: MODEL }))).after.text).toContain('is added.');
  });
});

test('an account without a policy, or with one that requires nothing, accepts all of these', async () => {
  for (const policy of [undefined, { attestation: 'none' as const, trustAnchors: [] }]) {
    await setPolicy(policy);
    for (const attestedBy of ['none', 'self', model({ issuers: ['strangers'] })] as const) {
      const { page, after } = await add(attestedBy);
      expect(optionsOn(page)).toMatchObject({ attestation: 'none' });
      expect(after.text).toContain('is added.');
    }
  }
});

test('no attestation of Android makes the server ask the addresses in certificates of unknown roots', async () => {
  await setPolicy(undefined);
  const { event } = await add(withFormat('android-key'));
  const detail = 'the attestation does not end in a root certificate of Android';
  expect(event).toMatchObject({ outcome: 'refused', request: { check: 'not-valid', detail } });
});

function withFormat(format: string): CertifiedBy {
  return { ...own, format };
}
