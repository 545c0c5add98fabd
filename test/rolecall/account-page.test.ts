import { CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { productVersion } from '../../src/app/product-version.ts';
import { expectPage } from '../oidc/app.ts';
import { allow, makeUser, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

const PASSWORD = 'a long and unusual passphrase';
let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

/** The account page of a user with this policy, after signing in. */
async function accountPageOf(UserName: string, policy?: string): Promise<PageSeen> {
  await makeUser(server, UserName, policy);
  await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  const person = newPerson(new URL(server.url).origin);
  const signIn = expectPage(await person.open(`${server.url}/sign-in`));
  return expectPage(await signIn.submit('sign in', { account: ACCOUNT_ID, 'user name': UserName, password: PASSWORD }));
}

const eventsOf = (name: string) =>
  server.events.filter(({ eventName, actor }) => eventName === 'GetServerInfo' && actor.arn === userArn(name));

test('shows the server to those who may know, with the same operation as for programs', async () => {
  const page = await accountPageOf('operator', allow('rolecall:GetServerInfo'));
  expect(page.heading).toBe('Your account');
  expect(page.text).toContain(`Rolecall ${productVersion()}, `);
  expect(eventsOf('operator')).toEqual([
    expect.objectContaining({
      eventSource: 'rolecall',
      authentication: { method: 'session', mfa: false },
      resources: [`arn:aws:rolecall::${ACCOUNT_ID}:server`],
      outcome: 'allowed',
      requestId: page.headers.get('x-request-id'),
    }),
  ]);
});

test('and to nobody else; this is not a denial, as nobody asked', async () => {
  const page = await accountPageOf('plain');
  expect(page.heading).toBe('Your account');
  expect(page.text).not.toContain('Rolecall 0');
  expect(eventsOf('plain')).toEqual([]);
});
