import { CreateLoginProfileCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { expectPage } from '../oidc/app.ts';
import { account, allow, makeRole, makeUser, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

const PASSWORD = 'a long and unusual passphrase';
const DAY = 86_400_000;
const REFUSED = 'has the rights of an administrator: sign in again with a passkey or security key.';

let server: InProcessServer;
let keys: Key;
beforeAll(async () => {
  server = await startInProcess();
  keys = await makeUser(server, 'erin', allow('sts:AssumeRole', roleArn('*')));
  await makeUser(server, 'faye', allow('sts:AssumeRole', roleArn('*')));
  for (const UserName of ['erin', 'faye']) {
    await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  }
  await makeRole(server, 'tellers', { trust: trust(account), policy: allow('s3:Get*') });
  await makeRole(server, 'administrators', { trust: trust(account), policy: allow('*') });
  await makeRole(server, 'readers', { trust: trust(account), policy: allow('s3:Get*') });
});
afterAll(() => server.close());

const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));
const typeIn = async (page: PageSeen): Promise<PageSeen> =>
  expectPage(await page.submit('sign in', { account: ACCOUNT_ID, 'user name': 'erin', password: PASSWORD }));

/** Signs in by password in a new browser. */
async function signIn(): Promise<{ readonly person: Person; readonly page: PageSeen }> {
  const person = newPerson(server.url);
  return { person, page: await typeIn(expectPage(await person.open(`${server.url}/start`))) };
}
async function open(person: Person, role: string): Promise<PageSeen> {
  const page = expectPage(await person.open(`${server.url}/start?q=${role}`));
  return expectPage(await page.submit('Get credentials'));
}
async function metric(outcome: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = new RegExp(`^rolecall_administrator_roles_without_passkey_total\\{outcome="${outcome}"\\} (\\d+)`, 'm');
  return Number(line.exec(text)?.[1] ?? 0);
}

describe('[S26] people whose rights come from a role with those of an administrator', () => {
  test('have seven days from the first time they open it, and their pages say so', async () => {
    const { person, page } = await signIn();
    expect(page.text).not.toContain('You have none yet.');
    expect((await open(person, 'administrators')).heading).toBe('Credentials of administrators');
    expect(await metric('allowed')).toBe(1);
    const start = expectPage(await person.open(`${server.url}/start`));
    expect(start.text).toContain('roles with the rights of administrators ask you for a passkey or security key.');
    expect(start.html).toContain('Add one now');
  });

  test('a role that gets such rights later asks for it from then on', async () => {
    const person = newPerson(server.url);
    const page = expectPage(await person.open(`${server.url}/start`));
    await page.submit('sign in', { account: ACCOUNT_ID, 'user name': 'faye', password: PASSWORD });
    expect((await open(person, 'tellers')).heading).toBe('Credentials of tellers');
    expect(await metric('allowed')).toBe(1);
    const PolicyDocument = allow('iam:UpdateLoginProfile');
    await server.iam().send(new PutRolePolicyCommand({ RoleName: 'tellers', PolicyName: 'reset', PolicyDocument }));
    expect((await open(person, 'tellers')).heading).toBe('Credentials of tellers');
    expect(await metric('allowed')).toBe(2);
  });

  test('then are refused without a passkey, while access keys and other roles go on', async () => {
    server.advance(8 * DAY);
    const { person, page } = await signIn();
    // The sign-in itself asks for nothing: without the role they have no such rights.
    expect([page.url.pathname, page.text.includes('You have none yet.')]).toEqual(['/start', false]);
    const refused = await open(person, 'administrators');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining(REFUSED)]);
    expect(await metric('refused')).toBe(1);
    expect(server.events.filter(({ eventName }) => eventName === 'AssumeRole').at(-1)).toMatchObject({
      outcome: 'denied',
      errorMessage: expect.stringContaining(REFUSED),
    });
    expect((await open(person, 'readers')).heading).toBe('Credentials of readers');
    const assumed = await server
      .sts(keys)
      .send(new AssumeRoleCommand({ RoleArn: roleArn('administrators'), RoleSessionName: 'automation' }));
    expect(assumed.Credentials).toBeDefined();
  });

  test('open it again once they have added one, and signed in with it', async () => {
    const { person } = await signIn();
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: false });
    const factors = expectPage(await person.open(`${server.url}/sign-in/factors`));
    const adding = expectPage(await factors.submit('Add a passkey or security key'));
    expectPage(await adding.submit('Continue', { credential: key.create(optionsOn(adding)), Name: 'Key' }));
    const next = await signIn();
    expectPage(await next.page.submit('Use a passkey or security key', { credential: key.get(optionsOn(next.page)) }));
    // Unlike for what is privileged, the sign-in need not be fresh.
    server.advance(20 * 60_000);
    expect((await open(next.person, 'administrators')).heading).toBe('Credentials of administrators');
  });
});
