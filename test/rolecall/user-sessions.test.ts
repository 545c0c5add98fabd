import { CreateLoginProfileCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type Person } from '../../harness/person.ts';
import { expectPage } from '../oidc/app.ts';
import { allow, makeUser, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const LAPTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
  for (const UserName of ['alice', 'bob', 'carol']) {
    await server.iam().send(new CreateUserCommand({ UserName, Path: UserName === 'bob' ? '/staff/' : '/' }));
    await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  }
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}
interface Shown {
  readonly SessionId: string;
  readonly SignedInAt: number;
}
const list = async (UserName: string, more = {}): Promise<Record<string, unknown> & { Sessions: Shown[] }> =>
  (await call('ListUserSessions', { UserName, ...more })) as Record<string, unknown> & { Sessions: Shown[] };

async function signIn(user: string): Promise<Person> {
  const person = newPerson(server.url, { 'user-agent': LAPTOP });
  const page = expectPage(await person.open(`${server.url}/sign-in`));
  await page.submit('sign in', { account: ACCOUNT_ID, 'user name': user, password: PASSWORD });
  return person;
}
const heading = async (person: Person): Promise<string> =>
  expectPage(await person.open(`${server.url}/sign-in`)).heading;

describe('[S36] the sessions of a user', () => {
  test('are listed with browser, address, methods and times, a page at a time', async () => {
    expect(await list('alice')).toEqual({ status: 200, Sessions: [] });
    for (let count = 0; count < 3; count++) await signIn('alice');
    const { Sessions } = await list('alice');
    expect(Sessions).toHaveLength(3);
    expect(Sessions[0]).toEqual({
      SessionId: expect.stringMatching(/^[A-Za-z0-9_-]{20,}$/),
      SignedInAt: expect.any(Number),
      LastUsedAt: expect.any(Number),
      Browser: 'Chrome on Windows',
      SourceIp: '127.0.0.1',
      Methods: ['pwd'],
    });
    const first = await list('alice', { MaxResults: 2 });
    const second = await list('alice', { MaxResults: 2, NextToken: first['NextToken'] });
    expect(second).not.toHaveProperty('NextToken');
    const ids = ({ Sessions: shown }: { Sessions: Shown[] }) => shown.map(({ SessionId }) => SessionId);
    expect([...ids(first), ...ids(second)].sort()).toEqual(ids({ Sessions }).sort());
  });

  test('one is ended by its id, which is worth nothing for another user', async () => {
    const [here, there] = [await signIn('bob'), await signIn('bob')];
    const [{ SessionId = '' } = {}] = (await list('bob')).Sessions;
    const wrong = await call('EndUserSessions', { UserName: 'carol', SessionId });
    expect(wrong).toMatchObject({ status: 400, __type: 'NoSuchSessionException' });
    expect([await heading(here), await heading(there)]).toEqual(['Your account', 'Your account']);
    expect(await call('EndUserSessions', { UserName: 'bob', SessionId })).toEqual({ status: 200, EndedSessions: 1 });
    expect([await heading(here), await heading(there)].sort()).toEqual(['Sign in', 'Your account']);
    expect(await call('EndUserSessions', { UserName: 'bob', SessionId })).toMatchObject({ status: 400 });
  });

  test('all are ended, and only those of this user', async () => {
    const [mine, theirs] = [await signIn('carol'), await signIn('alice')];
    expect(await call('EndUserSessions', { UserName: 'carol' })).toEqual({ status: 200, EndedSessions: 1 });
    expect([await heading(mine), await heading(theirs)]).toEqual(['Sign in', 'Your account']);
    expect((await list('carol')).Sessions).toEqual([]);
    const event = server.events.findLast(({ eventName }) => eventName === 'EndUserSessions');
    expect(event).toMatchObject({ outcome: 'allowed', resources: [userArn('carol')], request: { UserName: 'carol' } });
    expect(await heading(await signIn('carol'))).toBe('Your account');
  });

  test('need a permission on the ARN of the user', async () => {
    const actions = ['rolecall:ListUserSessions', 'rolecall:EndUserSessions'];
    const desk = await makeUser(server, 'desk', allow(actions, `arn:aws:iam::${ACCOUNT_ID}:user/staff/*`));
    for (const operation of ['ListUserSessions', 'EndUserSessions']) {
      expect(await call(operation, { UserName: 'bob' }, desk)).toMatchObject({ status: 200 });
      const denied = await call(operation, { UserName: 'alice' }, desk);
      expect(String(denied['__type'])).toMatch('AccessDenied');
      // Whether a user exists is not told to callers without permission.
      const nobody = await call(operation, { UserName: 'nobody' }, desk);
      expect(String(nobody['__type'])).toMatch('AccessDenied');
    }
    expect(await call('ListUserSessions', { UserName: 'nobody' })).toMatchObject({ __type: 'NoSuchUserException' });
  });
});
