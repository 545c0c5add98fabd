import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  GetLoginProfileCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { SoftwareAuthenticator, type Untruth } from '../../harness/software-authenticator.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const PRIVILEGED = 'arn:aws:iam::aws:policy/AdministratorAccess';
const NOTE = 'Your account asks for a passkey';
let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function invited(UserName: string, prepare = async () => {}): Promise<string> {
  await server.iam().send(new CreateUserCommand({ UserName }));
  await prepare();
  const input = { UserName, Email: `${UserName}@example.org` };
  const { status, body } = await send(server.url, signedJson(server.url, 'InviteUser', input, server.admin));
  expect(status).toBe(200);
  return (JSON.parse(body) as { Link: string }).Link;
}

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const open = async (link: string): Promise<PageSeen> => pageOf(await newPerson(server.url).open(link));
const attribute = (html: string, pattern: RegExp): string => (pattern.exec(html)?.[1] ?? '').replaceAll('&quot;', '"');
const optionsOn = ({ html }: PageSeen) => JSON.parse(attribute(html, /data-passkey="([^"]*)"/));

async function post(link: string, fields: Readonly<Record<string, string>>): Promise<{ status: number; html: string }> {
  const headers = { origin: server.url };
  const answer = await fetch(link, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, html: await answer.text() };
}
async function acceptWith(link: string, key: SoftwareAuthenticator, untruth: Untruth = {}, shown?: PageSeen) {
  const page = shown ?? (await open(link));
  const token = attribute(page.html, /name="token" value="([^"]*)"/);
  return await post(link, { credential: key.create(optionsOn(page), untruth), token, label: 'Laptop' });
}
const newKey = () => new SoftwareAuthenticator({ origin: server.url, isSynced: true });

/** Presses a button of a page while the script puts in an authenticator's answer. */
async function byPasskey(person: Person, key: SoftwareAuthenticator): Promise<PageSeen> {
  const page = pageOf(await person.open(`${server.url}/sign-in`));
  const credential = key.get(optionsOn(page));
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) =>
    direct(input, {
      ...init,
      ...(init.body && {
        body: String(init.body).replace(/credential=[^&]*/, `credential=${encodeURIComponent(credential)}`),
      }),
    });
  try {
    return pageOf(await page.submit('Use a passkey'));
  } finally {
    globalThis.fetch = direct;
  }
}
const lastEvent = (name: string) => server.events.findLast(({ eventName }) => eventName === name);

describe('an invited person chooses a passkey', () => {
  test('and signs in with it alone, without ever having a password', async () => {
    const link = await invited('ann');
    const page = await open(link);
    expect(page.text).toContain('With a passkey (recommended)');
    expect(optionsOn(page).authenticatorSelection).toMatchObject({
      residentKey: 'required',
      userVerification: 'required',
    });
    const key = newKey();
    const accepted = await acceptWith(link, key, {}, page);
    expect([accepted.status, accepted.html]).toEqual([200, expect.stringContaining('with your passkey')]);
    expect(lastEvent('AcceptInvitation')).toMatchObject({ outcome: 'allowed', request: { chose: 'passkey' } });
    expect(lastEvent('EnableMFADevice')).toMatchObject({ outcome: 'allowed', request: { label: 'Laptop' } });
    expect((await post(link, {})).status).toBe(404);

    const person = newPerson(server.url);
    const account = await byPasskey(person, key);
    expect(account.heading).toBe('Your account');
    expect(account.text).not.toContain('Change password');
    // The last passkey is the only way in.
    const factors = pageOf(await person.open(`${server.url}/sign-in/factors`));
    expect(pageOf(await factors.submit('Remove')).text).toContain('You sign in with this passkey only.');
    // To IAM, the user may sign in to pages.
    const { LoginProfile } = await server.iam().send(new GetLoginProfileCommand({ UserName: 'ann' }));
    expect(LoginProfile).toMatchObject({ UserName: 'ann', PasswordResetRequired: false });
  });

  test.each([
    ['without user verification', { isVerified: false }],
    ['of another origin', { origin: 'https://evil.example' }],
    ['of another site', { rpId: 'evil.example' }],
    ['with another challenge', { challenge: 'AAAA' }],
    ['that cannot sign in alone', { isDiscoverable: false }],
  ] as const)('[S27] an answer %s is refused, and does not use up the link', async (what, untruth) => {
    const link = await invited(`bad-${what.replaceAll(' ', '-')}`);
    expect((await acceptWith(link, newKey(), untruth)).status).toBe(400);
    expect(lastEvent('EnableMFADevice')).toMatchObject({ outcome: 'refused', errorCode: 'passkey' });
    expect((await acceptWith(link, newKey())).status).toBe(200);
  });

  test('[S27] a challenge of one invitation does not count for another, nor twice', async () => {
    const [one, other] = [await invited('one'), await invited('other')];
    const [page, key] = [await open(one), newKey()];
    expect((await acceptWith(other, key, {}, page)).status).toBe(400);
    expect((await acceptWith(one, key, {}, page)).status).toBe(200);
    expect((await acceptWith(other, key)).status).toBe(400);
  });

  test('[mail scanners] of two answers at the same moment, one counts', async () => {
    const link = await invited('cid');
    const answers = await Promise.all([newKey(), newKey()].map((key) => acceptWith(link, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  test('not if a policy denies `iam:EnableMFADevice`: then the page shows the password only', async () => {
    const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'iam:EnableMFADevice', Resource: '*' } };
    const policy = { UserName: 'dan', PolicyName: 'no-factors', PolicyDocument: JSON.stringify(deny) };
    const link = await invited('dan', async () => void (await server.iam().send(new PutUserPolicyCommand(policy))));
    const page = await open(link);
    expect(page.html).not.toContain('data-passkey');
    expect(await post(link, { credential: '{}', token: 'x', label: '' })).toMatchObject({ status: 400 });
    expect((await post(link, { newPassword: PASSWORD, repeated: PASSWORD })).status).toBe(200);
  });
});

describe('[S26] an invited administrator', () => {
  const invitedAdmin = (UserName: string) =>
    invited(UserName, async () => {
      await server.iam().send(new AttachUserPolicyCommand({ UserName, PolicyArn: PRIVILEGED }));
    });
  const signIn = async (user: string): Promise<PageSeen> => {
    const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
    return pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user, password: PASSWORD }));
  };

  test('is asked for a passkey on the page, and is let in with it', async () => {
    const link = await invitedAdmin('root-like');
    expect((await open(link)).text).toContain(NOTE);
    const key = newKey();
    expect((await acceptWith(link, key)).status).toBe(200);
    expect((await byPasskey(newPerson(server.url), key)).heading).toBe('Your account');
  });

  test('who chooses a password adds the passkey at the first sign-in, before anything else is open', async () => {
    const link = await invitedAdmin('no-script');
    expect((await post(link, { newPassword: PASSWORD, repeated: PASSWORD })).status).toBe(200);
    expect((await signIn('no-script')).heading).toBe('Add a second factor');
    const plain = await invited('plain');
    expect((await open(plain)).text).not.toContain(NOTE);
    expect((await post(plain, { newPassword: PASSWORD, repeated: PASSWORD })).status).toBe(200);
    expect((await signIn('plain')).heading).toBe('Your account');
  });
});
