import { CreateLoginProfileCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openVendors } from '../../harness/attestation-authority.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { type AttestedBy, SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { answerWith, optionsOn } from '../sign-in/policy-ways.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const MODEL = '0123456789abcdef0123456789abcdef';
const MODEL_UUID = '01234567-89AB-cdef-0123-456789abcdef';
const REFUSED = 'Your account does not accept this passkey or security key.';

const directory = temporaryDirectory();
const { vendor, model } = openVendors(directory.path);
const root = vendor('root');
const other = vendor('other');
const own = model({ issuers: ['root'], aaguid: MODEL });
const pemOfModel = `-----BEGIN CERTIFICATE-----\n${Buffer.from(own.x5c[0] ?? []).toString('base64')}\n-----END CERTIFICATE-----\n`;
const REQUIRED = { Attestation: 'REQUIRED', TrustAnchors: [root] };

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}
const put = (input: object) => call('PutPasskeyPolicy', input);

describe('[S27] the passkey policy of an account', () => {
  test('is set, shown, replaced and removed', async () => {
    expect(await call('GetPasskeyPolicy', {})).toMatchObject({ __type: 'NoSuchPasskeyPolicyException' });
    const noisy = `A comment\n${root.replaceAll('\n', '\r\n')}`;
    const input = { ...REQUIRED, TrustAnchors: [noisy, other], AllowedAaguids: [MODEL_UUID, MODEL_UUID.toLowerCase()] };
    expect(await put(input)).toEqual({ status: 200 });
    expect(await call('GetPasskeyPolicy', {})).toEqual({
      status: 200,
      Attestation: 'REQUIRED',
      AllowedAaguids: [MODEL_UUID.toLowerCase()],
      TrustAnchors: [root, other],
      UpdatedAt: expect.anything(),
    });
    const event = server.events.findLast(({ eventName }) => eventName === 'PutPasskeyPolicy');
    expect(event).toMatchObject({ outcome: 'allowed', request: { Attestation: 'REQUIRED' } });
    expect(await put({ Attestation: 'NONE' })).toEqual({ status: 200 });
    const none = { Attestation: 'NONE', AllowedAaguids: [], TrustAnchors: [] };
    expect(await call('GetPasskeyPolicy', {})).toMatchObject(none);
    expect(await call('DeletePasskeyPolicy', {})).toEqual({ status: 200 });
    expect(await call('DeletePasskeyPolicy', {})).toMatchObject({ __type: 'NoSuchPasskeyPolicyException' });
  });

  test.each([
    ['no attestation', {}, 'Attestation'],
    ['no trust anchor', { Attestation: 'REQUIRED' }, 'TrustAnchors: must have a certificate'],
    ['an anchor without need', { Attestation: 'NONE', TrustAnchors: [root] }, 'Attestation: must be REQUIRED'],
    ['models without need', { Attestation: 'NONE', AllowedAaguids: [MODEL_UUID] }, 'Attestation: must be REQUIRED'],
    ['no UUID', { ...REQUIRED, AllowedAaguids: ['YubiKey'] }, 'AllowedAaguids'],
    ['too many models', { ...REQUIRED, AllowedAaguids: Array(101).fill(MODEL_UUID) }, 'AllowedAaguids'],
    ['too many anchors', { ...REQUIRED, TrustAnchors: Array(21).fill(root) }, 'TrustAnchors'],
    ['too long an anchor', { ...REQUIRED, TrustAnchors: [root + ' '.repeat(8192)] }, 'TrustAnchors'],
    ['no certificate', { ...REQUIRED, TrustAnchors: [root, 'x'] }, 'TrustAnchors[1]: must be one certificate in PEM'],
    ['two in one', { ...REQUIRED, TrustAnchors: [root + other] }, 'TrustAnchors[0]: must be one certificate in PEM'],
    ['no authority', { ...REQUIRED, TrustAnchors: [pemOfModel] }, 'must be the certificate of an authority'],
  ])('%s is refused', async (_what, input, message) => {
    const answer = await put(input);
    expect(answer).toMatchObject({ status: 400 });
    expect(String(answer['message']).toLowerCase()).toContain(message.toLowerCase());
    expect(await call('GetPasskeyPolicy', {})).toMatchObject({ __type: 'NoSuchPasskeyPolicyException' });
  });

  test('needs permissions of its own', async () => {
    const key = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    for (const operation of ['PutPasskeyPolicy', 'GetPasskeyPolicy', 'DeletePasskeyPolicy']) {
      const answer = await call(operation, operation === 'PutPasskeyPolicy' ? REQUIRED : {}, key);
      expect(String(answer['__type'])).toMatch('AccessDenied');
      expect(String(answer['message'])).toContain(':passkey-policy');
    }
  });
});

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const keyWith = (attestedBy: AttestedBy) =>
  new SoftwareAuthenticator({ origin: server.url, aaguid: MODEL, attestedBy });

async function addUser(UserName: string): Promise<void> {
  await server.iam().send(new CreateUserCommand({ UserName }));
  await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
}
async function signIn(person: Person, user: string, account = ACCOUNT_ID, password = PASSWORD): Promise<PageSeen> {
  const page = pageOf(await person.open(`${server.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account, user, password }));
}
async function addPage(person: Person): Promise<PageSeen> {
  const factors = pageOf(await person.open(`${server.url}/sign-in/factors`));
  return pageOf(await factors.submit('Add a passkey or security key'));
}

/** Where people enrol passkeys. Each opens its page with a ceremony for a new user. */
const WAYS = [
  {
    way: 'the page of their factors',
    button: 'Continue',
    async open(user: string) {
      await addUser(user);
      const person = newPerson(server.url);
      await signIn(person, user);
      return await addPage(person);
    },
  },
  {
    way: 'a sign-in that demands a passkey',
    button: 'Add a passkey',
    async open(user: string) {
      await addUser(user);
      return await signIn(newPerson(server.url), user);
    },
  },
  {
    way: 'an invitation',
    button: 'passkey',
    async open(user: string) {
      await server.iam().send(new CreateUserCommand({ UserName: user }));
      const { Link } = await call('InviteUser', { UserName: user, Email: `${user}@example.org` });
      return pageOf(await newPerson(server.url).open(String(Link)));
    },
  },
] as const;

const DEMAND = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'signin:WithoutPhishingResistantFactor', Resource: '*' }],
};

describe.each(WAYS)('[S27] with required attestation, $way', ({ way, button, open }) => {
  const lastEvent = () => server.events.findLast(({ eventName }) => eventName === 'EnableMFADevice');
  const name = way.replaceAll(' ', '-');
  beforeAll(async () => {
    await put(REQUIRED);
    if (way.startsWith('a sign-in')) await call('PutSignInPolicy', { PolicyDocument: JSON.stringify(DEMAND) });
  });
  afterAll(async () => {
    await call('DeletePasskeyPolicy', {});
    await call('DeleteSignInPolicy', {});
  });

  test('accepts a key with a trusted attestation', async () => {
    const page = await open(`${name}-good`);
    expect(optionsOn(page)).toMatchObject({ attestation: 'direct' });
    await answerWith(page, button, keyWith(own).create(optionsOn(page)));
    expect(lastEvent()).toMatchObject({ outcome: 'allowed' });
  });

  test.each([
    ['none', 'none' as const, 'no-attestation'],
    ['self attestation', 'self' as const, 'self-attestation'],
    ['that of another vendor', model({ issuers: ['other'], aaguid: MODEL }), 'not-trusted'],
  ])('refuses one with %s', async (what, attestedBy, refusal) => {
    const page = await open(`${name}-${what.replaceAll(' ', '-')}`);
    const after = await answerWith(page, button, keyWith(attestedBy).create(optionsOn(page)));
    expect(after.text).toContain(REFUSED);
    const request = { check: 'not-accepted', refusal, aaguid: MODEL_UUID.toLowerCase() };
    expect(lastEvent()).toMatchObject({ outcome: 'refused', request });
  });
});

test('[S27] a policy set while the page was open counts, and a refused person can try another key', async () => {
  await addUser('meanwhile');
  const person = newPerson(server.url);
  await signIn(person, 'meanwhile');
  const page = await addPage(person);
  await put(REQUIRED);
  const after = await answerWith(page, 'Continue', keyWith('none').create(optionsOn(page)));
  expect(after.text).toContain(REFUSED);
  const added = await answerWith(after, 'Continue', keyWith(own).create(optionsOn(after)));
  expect(added.text).toContain('is added.');
  await call('DeletePasskeyPolicy', {});
});

test('passkeys from before the policy go on', async () => {
  await addUser('before');
  const person = newPerson(server.url);
  await signIn(person, 'before');
  const page = await addPage(person);
  const key = keyWith('none');
  await answerWith(page, 'Continue', key.create(optionsOn(page)));
  await put(REQUIRED);
  const asked = await signIn(newPerson(server.url), 'before');
  expect((await answerWith(asked, 'Use a passkey', key.get(optionsOn(asked)))).heading).toBe('Your account');
  await call('DeletePasskeyPolicy', {});
});

test('the root user is not bound by the policy, so that nobody can keep it from signing in', async () => {
  await put(REQUIRED);
  const { rootEmail, rootPassword } = server.first;
  const person = newPerson(server.url);
  await signIn(person, rootEmail, '', rootPassword);
  const page = await addPage(person);
  expect(optionsOn(page)).toMatchObject({ attestation: 'none' });
  const after = await answerWith(page, 'Continue', keyWith('none').create(optionsOn(page)));
  expect(after.text).toContain('is added.');
  await call('DeletePasskeyPolicy', {});
});
