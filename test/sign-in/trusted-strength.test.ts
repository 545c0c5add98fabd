import { CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { expectPage } from '../oidc/app.ts';
import { account, allow, makeRole, makeUser, refusal, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { answerWith, optionsOn } from './policy-ways.ts';

const PASSWORD = 'a long and unusual passphrase';
const FRESH = {
  Condition: {
    StringEquals: { 'signin:Strength': 'phishing-resistant' },
    NumericLessThanEquals: { 'signin:Age': '900' },
  },
};
const STRONG = { Condition: { StringEquals: { 'signin:Strength': 'phishing-resistant' } } };

let server: InProcessServer;
let accessKey: Key;
beforeAll(async () => {
  server = await startInProcess();
  accessKey = await makeUser(server, 'petra', allow('sts:AssumeRole'));
  await server.iam().send(new CreateLoginProfileCommand({ UserName: 'petra', Password: PASSWORD }));
  await makeRole(server, 'fresh', { trust: trust(account, FRESH), policy: allow('sts:AssumeRole') });
  await makeRole(server, 'strong', { trust: trust(account, STRONG), policy: allow('sts:AssumeRole') });
  await makeRole(server, 'open', { trust: trust(account), policy: allow('sts:AssumeRole') });
});
afterAll(() => server.close());

async function opened(): Promise<{ readonly person: Person; readonly page: PageSeen }> {
  const person = newPerson(server.url);
  return { person, page: expectPage(await person.open(`${server.url}/start`)) };
}
const typeIn = async (page: PageSeen): Promise<PageSeen> =>
  expectPage(await page.submit('sign in', { account: ACCOUNT_ID, 'user name': 'petra', password: PASSWORD }));

/** Whether the start page offers a role. */
const offers = async (person: Person, role: string): Promise<boolean> =>
  expectPage(await person.open(`${server.url}/start?q=${role}`)).html.includes(`value="${roleArn(role)}"`);

/** Asks for credentials of a role on the start page; answers the page that follows. */
async function askFor(person: Person, role: string): Promise<PageSeen> {
  const start = expectPage(await person.open(`${server.url}/start?q=${role}`));
  return expectPage(await start.submit('Get credentials'));
}

/** The credentials on a page. */
function keyOn({ html, heading }: PageSeen): Key {
  expect(heading).toContain('Credentials of');
  const read = (name: string): string => new RegExp(`export ${name}=(?:'|&#39;)?([^\\s'&<]+)`).exec(html)?.[1] ?? '';
  return {
    accessKeyId: read('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
    sessionToken: read('AWS_SESSION_TOKEN'),
  };
}

const assume = (key: Key, role: string) =>
  server.sts(key).send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'session' }));

test('[S37] a role that trusts signin:Strength and signin:Age opens after a fresh passkey, not after a password, nor later', async () => {
  const { person, page } = await opened();
  await typeIn(page);
  for (const role of ['fresh', 'strong']) expect(await offers(person, role)).toBe(false);
  // Credentials of another role, made from the sign-in by password, are as weak; so is an access key, which has no sign-in at all.
  const weak = keyOn(await askFor(person, 'open'));
  for (const key of [weak, accessKey]) {
    for (const role of ['fresh', 'strong']) expect((await refusal(assume(key, role))).name).toBe('AccessDenied');
  }
  expect((await assume(weak, 'open')).Credentials).toBeDefined();

  const authenticator = new SoftwareAuthenticator({ origin: server.url });
  const factors = expectPage(await person.open(`${server.url}/sign-in/factors`));
  const adding = expectPage(await factors.submit('Add a passkey or security key'));
  const added = await answerWith(adding, 'Continue', authenticator.create(optionsOn(adding)));
  expect(added.text).toContain('is added.');

  const again = await opened();
  await answerWith(again.page, 'Use a passkey', authenticator.get(optionsOn(again.page)));
  const strong = keyOn(await askFor(again.person, 'open'));
  for (const role of ['fresh', 'strong']) {
    expect((await assume(keyOn(await askFor(again.person, role)), 'open')).Credentials).toBeDefined();
    expect((await assume(strong, role)).Credentials).toBeDefined();
  }
  server.advance(16 * 60_000);
  expect(await offers(again.person, 'fresh')).toBe(false);
  expect((await refusal(assume(strong, 'fresh'))).name).toBe('AccessDenied');
  expect((await assume(strong, 'strong')).Credentials).toBeDefined();
});
