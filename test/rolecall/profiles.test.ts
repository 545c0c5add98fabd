import { CreateUserCommand, GetUserCommand, ListUsersCommand, UpdateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeUser, userArn } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  const { __type: type, ...answer } = JSON.parse(body) as Record<string, unknown>;
  return { status, type, answer, message: String(answer['message'] ?? answer['Message'] ?? '') };
}
const profileOf = async (UserName: string) =>
  (await call('GetUserProfile', { UserName })).answer['Profile'] as Record<string, unknown>;
const ownPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    ...{ Effect: 'Allow', Action: ['rolecall:*UserProfile'] },
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  },
});

describe('the profile of a user', () => {
  test('is set, changed, removed attribute by attribute, and deleted; IAM answers as before', async () => {
    await server.iam().send(new CreateUserCommand({ UserName: 'ada' }));
    const before = await server.iam().send(new GetUserCommand({ UserName: 'ada' }));
    const set = {
      GivenName: 'Ada',
      ProfileUrl: 'https://ada.example',
      PhoneNumber: '+44 20 7946 0000',
      Locale: 'EN-gb',
    };
    expect(await call('PutUserProfile', { UserName: 'ada', ...set, PhoneNumberVerified: true })).toMatchObject({
      status: 200,
      answer: {
        Profile: { ...set, PhoneNumber: '+442079460000', Locale: 'en-GB', PhoneNumberVerified: true, FromOutside: [] },
      },
    });
    // Another number is not the one that was vouched for.
    const changed = { PhoneNumber: '+442079460001', Remove: ['LOCALE', 'PROFILE'] };
    const { answer } = await call('PutUserProfile', { UserName: 'ada', ...changed });
    expect(answer['Profile']).toMatchObject({
      GivenName: 'Ada',
      PhoneNumber: '+442079460001',
      PhoneNumberVerified: false,
    });
    expect(Object.keys(answer['Profile'] as object)).not.toEqual(expect.arrayContaining(['Locale']));
    expect((await call('DeleteUserProfile', { UserName: 'ada' })).status).toBe(200);
    expect(Object.keys(await profileOf('ada'))).toEqual(['UserName', 'FromOutside', 'UpdatedAt']);
    const after = await server.iam().send(new GetUserCommand({ UserName: 'ada' }));
    expect({ ...after, $metadata: 0 }).toEqual({ ...before, $metadata: 0 });
    expect((await server.iam().send(new ListUsersCommand({ MaxItems: 1 }))).Users).toHaveLength(1);
  });

  test('events name the attributes, and not their values', () => {
    const [event] = server.events.filter(({ eventName }) => eventName === 'PutUserProfile');
    expect(event).toMatchObject({ resources: [userArn('ada')], outcome: 'allowed' });
    expect(event?.request).toMatchObject({ UserName: 'ada', GivenName: '[redacted]', PhoneNumberVerified: true });
    expect(JSON.stringify(server.events)).not.toMatch(/Ada|7946/);
  });

  test('`updated_at` follows changes and a new name, and nothing else', async () => {
    await server.iam().send(new CreateUserCommand({ UserName: 'stamp' }));
    const stamp = async (name = 'stamp') => (await profileOf(name))['UpdatedAt'] as number;
    const created = await stamp();
    server.advance(10_000);
    await call('PutUserProfile', { UserName: 'stamp', Nickname: 'S' });
    const set = await stamp();
    expect(set).toBeGreaterThan(created);
    server.advance(10_000);
    await call('PutUserProfile', { UserName: 'stamp', Nickname: 'S' });
    await server.iam().send(new UpdateUserCommand({ UserName: 'stamp', NewPath: '/x/' }));
    expect(await stamp()).toBe(set);
    await server.iam().send(new UpdateUserCommand({ UserName: 'stamp', NewUserName: 'stamped' }));
    expect(await stamp('stamped')).toBeGreaterThan(set);
  });

  test.each([
    [{ PictureUrl: 'http://a.example' }, 'PictureUrl: must be an https address'],
    [{ Birthdate: '1990-02-30' }, 'Birthdate: must be YYYY-MM-DD'],
    [{ GivenName: 'x'.repeat(65) }, 'GivenName: has too many characters: at most 64'],
    [{ GivenName: ' ' }, 'GivenName: must not be blank'],
    [{ GivenName: 'A', Remove: ['GIVEN_NAME'] }, 'GivenName: is in Remove as well'],
  ])('refuses %j', async (input, message) => {
    const refused = await call('PutUserProfile', { UserName: 'stamped', ...input });
    expect([refused.status, refused.message]).toEqual([400, expect.stringContaining(message)]);
  });

  test('people set their own if a policy lets them, but do not vouch for their own number', async () => {
    const key = await makeUser(server, 'self', ownPolicy);
    const own = { UserName: 'self', GivenName: 'Selma', PhoneNumber: '+12125550100' };
    expect((await call('PutUserProfile', own, key)).status).toBe(200);
    expect((await call('GetUserProfile', { UserName: 'self' }, key)).status).toBe(200);
    expect((await call('PutUserProfile', { ...own, PhoneNumberVerified: true }, key)).type).toContain(
      'OwnAttributeException',
    );
    expect((await call('PutUserProfile', { ...own, UserName: 'stamped' }, key)).type).toContain('AccessDenied');
    const stranger = await makeUser(server, 'stranger');
    expect((await call('GetUserProfile', { UserName: 'self' }, stranger)).type).toContain('AccessDenied');
  });

  test('the rules of a connector give attributes, each once, and never the name', async () => {
    const rule = (Attribute: string, Claim: string) => ({ Attribute, Claim });
    const connect = (Profile: object[]) =>
      call('CreateConnector', {
        ...{ Name: 'corp', DisplayName: 'Corp', Enabled: false, Rules: { Profile } },
        Oidc: { Issuer: 'https://corp.example', ClientId: 'x', ClientSecret: 'a secret of corp' },
      });
    const twice = await connect([rule('LOCALE', 'a'), rule('LOCALE', 'b')]);
    expect([twice.status, twice.message]).toEqual([400, expect.stringContaining('must name each attribute once')]);
    expect((await connect([rule('NAME', 'a')])).status).toBe(400);
    const rules = [rule('GIVEN_NAME', 'first'), rule('ADDRESS_LOCALITY', 'address.city')];
    const made = await connect(rules);
    expect(made).toMatchObject({ status: 200, answer: { Connector: { Rules: { Profile: rules } } } });
    const changed = await call('UpdateConnector', { Name: 'corp', DisplayName: 'Corporation' });
    expect(changed.answer).toMatchObject({ Connector: { Rules: { Profile: rules } } });
  });

  test('offboarding removes it', async () => {
    const plan = await call('OffboardUser', { UserName: 'self', Reason: 'left', DryRun: true });
    expect(plan.answer['Ended']).toEqual(expect.arrayContaining([{ Kind: 'PROFILE', Name: 'self' }]));
    await call('OffboardUser', { UserName: 'self', Reason: 'left' });
    expect(Object.keys(await profileOf('self'))).toEqual(['UserName', 'FromOutside', 'UpdatedAt']);
  });
});
