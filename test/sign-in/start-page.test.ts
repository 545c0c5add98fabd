import {
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeleteLoginProfileCommand,
  EnableMFADeviceCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { expectPage, withForgedForms } from '../oidc/app.ts';
import { account, allow, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

const PASSWORD = 'a long and unusual passphrase';
const WITH_FACTOR = { Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } } };
const BAIT = '<img src=x onerror=alert(1)>"\'&';

let server: InProcessServer;
let alice: Person;
beforeAll(async () => {
  server = await startInProcess();
  for (const name of ['alice', 'bob', 'gone']) {
    await makeUser(server, name, allow('sts:AssumeRole', roleArn('*')));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  }
  await makeRole(server, 'reader', { trust: trust({ AWS: userArn('alice') }), policy: allow('s3:*') });
  await makeRole(server, 'team', { trust: trust(account) });
  await makeRole(server, 'careful', { trust: trust(account, WITH_FACTOR) });
  await makeRole(server, 'closed', { trust: trust({ Service: 'ec2.amazonaws.com' }) });
  await server
    .iam()
    .send(
      new CreateRoleCommand({ RoleName: 'bait', AssumeRolePolicyDocument: trust(account), Description: `Has ${BAIT}` }),
    );
  alice = (await signIn('alice')).person;
});
afterAll(() => server.close());

async function signIn(name: string): Promise<{ readonly person: Person; readonly page: PageSeen }> {
  const person = newPerson(server.url);
  const page = expectPage(await person.open(`${server.url}/`));
  return { person, page: await typeIn(page, name) };
}

const typeIn = async (page: PageSeen, name: string): Promise<PageSeen> =>
  expectPage(await page.submit('sign in', { account: ACCOUNT_ID, 'user name': name, password: PASSWORD }));
const start = async (person: Person, query = ''): Promise<PageSeen> =>
  expectPage(await person.open(`${server.url}/start${query}`));
const assumed = () => server.events.filter(({ eventName }) => eventName === 'AssumeRole');

/** What is in the text for one kind of client. */
function pasted(page: PageSeen, name: string): string {
  const text = new RegExp(`aria-label="${name}">(.*?)</pre>`, 's').exec(page.html)?.[1] ?? '';
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

describe('the start page', () => {
  test('is where a browser that opens the server gets to, once signed in', async () => {
    const { page } = await signIn('bob');
    expect([page.url.pathname, page.url.search]).toEqual(['/start', '']);
    expect(page.heading).toBe('Apps and roles');
    expect(page.text).toContain(`Signed in as bob, account ${ACCOUNT_ID}`);
  });

  test('shows the roles that the person may assume, with the reason, and no others', async () => {
    const { text, html } = await start(alice);
    expect(text).toContain('reader Trusts you by name. Get credentials');
    expect(text).toContain('team Trusts your account, and own lets you assume it. Get credentials');
    expect(text).toContain('Needs a second factor, and you have none. Ask your administrator. reader');
    expect(text).not.toContain('closed');
    expect(html).not.toContain('<img');
    expect(text).toContain(`Has ${BAIT}`);
  });

  test('searches without a script, and says so if nothing is found', async () => {
    const found = await expectPage(await (await start(alice)).submit('Search', { search: 'READ' }));
    expect(found.url.search).toBe('?q=READ');
    expect(found.text).toContain('reader');
    expect(found.text).not.toContain('team');
    const none = await start(alice, `?q=${encodeURIComponent(BAIT)}x`);
    expect(none.text).toContain(`Nothing matches “${BAIT}x”.`);
    expect(none.html).not.toContain('<img');
    for (const query of ['?q=', '?q=a&q=b', '?after=nonsense', `?q=${'x'.repeat(500)}`]) {
      const { status } = await start(alice, query);
      expect([query, status]).toEqual([query, query.startsWith('?after') ? 400 : 200]);
    }
  });

  test('[S16] cannot be framed or cached, leaks no referrer, and runs its own script only', async () => {
    const { headers, html } = await start(alice);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      ),
    });
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test('ends with the session', async () => {
    const { person } = await signIn('gone');
    await server.iam().send(new DeleteLoginProfileCommand({ UserName: 'gone' }));
    expect((await start(person)).heading).toBe('Sign in');
  });
});

describe('temporary credentials', () => {
  test('come with one click, work, and are shown nowhere else', async () => {
    const before = assumed().length;
    const page = expectPage(await (await start(alice, '?q=reader')).submit('Get credentials'));
    expect([page.status, page.url.href]).toEqual([200, `${server.url}/start/credentials`]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const json = JSON.parse(pasted(page, 'JSON for credential_process'));
    expect(json).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) });
    const key = {
      accessKeyId: json.AccessKeyId,
      secretAccessKey: json.SecretAccessKey,
      sessionToken: json.SessionToken,
    };
    const { Arn } = await server.sts(key).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/reader/alice`);
    expect(pasted(page, 'bash or zsh')).toBe(
      [
        `export AWS_ACCESS_KEY_ID='${key.accessKeyId}'`,
        `export AWS_SECRET_ACCESS_KEY='${key.secretAccessKey}'`,
        `export AWS_SESSION_TOKEN='${key.sessionToken}'`,
        "export AWS_DEFAULT_REGION='us-east-1'",
        `export AWS_ENDPOINT_URL='${server.url}'`,
      ].join('\n'),
    );
    const events = assumed().slice(before);
    expect(events).toEqual([
      expect.objectContaining({ outcome: 'allowed', authentication: { method: 'session', mfa: false } }),
    ]);
    for (const secret of [key.secretAccessKey, key.sessionToken]) {
      expect(JSON.stringify([server.events, server.errors])).not.toContain(secret);
    }
  });

  test('are never given to a GET, so no link from elsewhere makes any', async () => {
    const before = assumed().length;
    const page = expectPage(await alice.open(`${server.url}/start/credentials?role=${roleArn('reader')}`));
    expect(page.url.pathname).toBe('/start');
    expect(assumed()).toHaveLength(before);
  });

  test.each([
    ['without a token', { csrf: '' }],
    ['with a token that was made up', { csrf: 'x'.repeat(43) }],
    ['from another origin', { origin: 'https://attacker.example' }],
  ])('are not given to a form %s', async (_how, forgery) => {
    const before = assumed().length;
    const page = await start(alice, '?q=reader');
    const seen = expectPage(await withForgedForms(forgery, () => page.submit('Get credentials')));
    expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('This form did not come from our page.')]);
    expect(assumed()).toHaveLength(before);
  });

  test.each(['cross-site', 'same-site', 'none'])('are not given to a form from elsewhere (%s)', async (site) => {
    const before = assumed().length;
    const person = (await signIn('alice')).person;
    const page = expectPage(await person.open(`${server.url}/start?q=reader`, { 'sec-fetch-site': site }));
    expect(expectPage(await page.submit('Get credentials')).status).toBe(403);
    expect(assumed()).toHaveLength(before);
  });

  test("are not given to the form of another person's page", async () => {
    const bob = (await signIn('bob')).page;
    const csrf = /name="csrf" value="([^"]+)"/.exec(bob.html)?.[1] ?? '';
    const page = await start(alice, '?q=reader');
    const seen = expectPage(await withForgedForms({ csrf: encodeURIComponent(csrf) }, () => page.submit('Get')));
    expect(seen.status).toBe(403);
  });

  test('of a role that the person may not assume any more are refused, with the reason', async () => {
    const page = await start(alice, '?q=team');
    const PolicyDocument = allow('s3:ListBucket');
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
    const refused = expectPage(await page.submit('Get credentials'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('You cannot assume this role now.');
    expect(refused.text).toContain('because no identity-based policy allows the sts:AssumeRole action');
    expect(refused.text).not.toContain('team Get credentials');
  });

  test('of a role that needs a second factor come after a step-up', async () => {
    const { VirtualMFADevice } = await server
      .iam()
      .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = VirtualMFADevice ?? {};
    const seed = decodeBase32(Buffer.from(Base32StringSeed).toString());
    let later = 0;
    const code = (offset: number): string => codeAt(seed, timeStepAt(Date.now() + later) + offset);
    const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) };
    await server.iam().send(new EnableMFADeviceCommand({ UserName: 'bob', SerialNumber, ...codes }));
    const signInWith = async (page: PageSeen): Promise<PageSeen> =>
      expectPage(await (await typeIn(page, 'bob')).submit('Continue', { code: code(1) }));
    const person = newPerson(server.url);
    const page = await signInWith(await start(person));
    expect([page.url.pathname, page.text]).toEqual(['/start', expect.stringContaining('careful Trusts your account')]);
    later = 11 * 60_000;
    server.advance(later);
    const tooLate = await start(person, '?q=careful');
    expect(tooLate.text).toContain('Needs a second factor that was used more recently. Sign in with a second factor');
    expect(tooLate.buttons).toEqual(['Search']);
    const back = await signInWith(expectPage(await tooLate.follow('Sign in with a second factor')));
    expect(back.url.pathname).toBe('/start');
    const careful = expectPage(await (await start(person, '?q=careful')).submit('Get credentials'));
    expect(careful.heading).toBe('Credentials of careful');
    expect(assumed().at(-1)).toMatchObject({ authentication: { method: 'session', mfa: true }, outcome: 'allowed' });
  });
});
