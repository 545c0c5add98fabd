import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateGroupCommand, CreateLoginProfileCommand, ListGroupsForUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { expectLeft, expectPage } from '../oidc/app.ts';
import { makeUser, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
let server: InProcessServer;
let outside: OutsideProvider;
beforeAll(async () => {
  outside = await startOutsideProvider();
  const common = { issuer: outside.issuer, clientId: OUTSIDE_CLIENT, clientSecret: OUTSIDE_SECRET };
  const connectors = [
    { ...common, name: 'partner', displayName: 'Partner', rules: { groups: { always: ['Partners'] } } },
    { ...common, name: 'staff', displayName: 'Staff', provisioning: 'linked-only' },
  ];
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true }, federation: { connectors } }));
  server = await startInProcess({ ROLECALL_CONFIG: file });
  outside.register(['partner', 'staff'].map((name) => `${server.url}/federation/${name}/callback`));
  await server.iam().send(new CreateGroupCommand({ GroupName: 'Partners' }));
});
afterAll(async () => {
  await server.close();
  await outside.close();
  directory.remove();
});

async function call(operation: string, input: object, key: Key = server.admin) {
  const { body } = await send(server.url, signedJson(server.url, operation, input, key));
  const { __type: type, ...answer } = JSON.parse(body) as Record<string, unknown>;
  return { type, answer };
}

const allow = (Action: string | readonly string[], ...Resource: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const connectorArn = (name: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:connector/${name}`;

async function signIn(subject: string, button: string): Promise<{ readonly person: Person; readonly page: PageSeen }> {
  const person = newPerson(server.url);
  outside.people.set(subject, { preferred_username: subject });
  outside.next = subject;
  const left = expectLeft(await expectPage(await person.open(`${server.url}/sign-in`)).submit(button));
  const callback = expectLeft(await newPerson(outside.issuer).open(left.href));
  return { person, page: expectPage(await person.open(callback.href)) };
}

/** Whether the policy of the documentation still allows it, with this end of the contract. */
async function mayEnd(until: string): Promise<boolean> {
  const statement = JSON.parse(allow('rolecall:EndConnectorSessions', connectorArn('partner')));
  statement.Statement[0].Condition = { DateLessThan: { 'aws:CurrentTime': until } };
  const key = await makeUser(server, `until-${until.slice(0, 4)}`, JSON.stringify(statement));
  return (await call('EndConnectorSessions', { Name: 'partner', Subject: 'nobody' }, key)).type === undefined;
}

const isSignedIn = async (person: Person): Promise<boolean> =>
  expectPage(await person.open(`${server.url}/sign-in`)).heading === 'Your account';

describe('an administrator', () => {
  test('links a login to a user of a linked-only connector, lists it, and deletes it', async () => {
    await makeUser(server, 'carla');
    const link = { ConnectorName: 'staff', Subject: 'S-1' };
    expect((await signIn('S-1', 'continue with staff')).page.text).toContain('not linked to a user here');
    const created = await call('CreateLink', { ...link, UserName: 'carla' });
    expect(created.answer['Link']).toMatchObject({ ...link, UserName: 'carla' });
    const { person, page } = await signIn('S-1', 'continue with staff');
    expect(page.text).toContain(userArn('carla'));
    for (const input of [{ ConnectorName: 'staff' }, { UserName: 'carla' }]) {
      expect((await call('ListLinks', input)).answer['Links']).toEqual([expect.objectContaining(link)]);
    }
    expect((await call('DeleteLink', link)).type).toBeUndefined();
    expect(await isSignedIn(person)).toBe(false);
    expect((await call('DeleteLink', link)).type).toBe('NoSuchLinkException');
    expect((await call('ListLinks', { ConnectorName: 'staff' })).answer['Links']).toEqual([]);
    const audited = server.events.filter(({ eventName }) => eventName === 'CreateLink').at(-1);
    expect(audited).toMatchObject({
      outcome: 'allowed',
      request: { ConnectorName: 'staff', Subject: 'S-1', UserName: 'carla' },
      resources: [connectorArn('staff'), userArn('carla')],
    });
  });

  test('[S36] offboarding ends outside logins, and enabling the user revives none', async () => {
    await makeUser(server, 'ove');
    const link = { ConnectorName: 'staff', Subject: 'S-9' };
    await call('CreateLink', { ...link, UserName: 'ove' });
    const { person } = await signIn('S-9', 'continue with staff');
    const offboard = { UserName: 'ove', Reason: 'left' };
    const planned = (await call('OffboardUser', { ...offboard, DryRun: true })).answer['Ended'];
    expect(planned).toContainEqual({ Kind: 'OUTSIDE_LOGIN', Name: 'staff/S-9' });
    expect((await call('OffboardUser', offboard)).answer['Ended']).toEqual(planned);
    expect((await call('OffboardUser', offboard)).answer['Ended']).toEqual([]);
    // The entry stays, so that the connector does not take the person for a new one.
    expect((await call('ListLinks', { UserName: 'ove' })).answer['Links']).toEqual([expect.objectContaining(link)]);
    expect([await isSignedIn(person), (await signIn('S-9', 'continue with staff')).page.heading]).toEqual([
      false,
      'Sign-in did not work',
    ]);
    // Disabling again in between must not lose what was ended.
    await call('DisableUser', { UserName: 'ove', Reason: 'again' });
    await call('EnableUser', { UserName: 'ove' });
    expect((await call('ListLinks', { UserName: 'ove' })).answer['Links']).toEqual([]);
    expect((await signIn('S-9', 'continue with staff')).page.text).toContain('not linked to a user here');
    await call('CreateLink', { ...link, UserName: 'ove' });
    expect((await signIn('S-9', 'continue with staff')).page.text).toContain(userArn('ove'));
    // An ordinary disabling keeps the link.
    await call('DisableUser', { UserName: 'ove', Reason: 'for a while' });
    await call('EnableUser', { UserName: 'ove' });
    expect((await signIn('S-9', 'continue with staff')).page.text).toContain(userArn('ove'));
  });

  test('is told why a link cannot be', async () => {
    await Promise.all(['dora', 'emil'].map((name) => makeUser(server, name)));
    const login = { ConnectorName: 'staff', Subject: 'S-2' };
    await call('CreateLink', { ...login, UserName: 'dora' });
    const tries = [
      { ...login, UserName: 'dora' },
      { ...login, UserName: 'emil' },
      { ...login, UserName: 'nobody' },
      { ...login, UserName: 'emil', ConnectorName: 'missing' },
    ];
    const types = [];
    for (const each of tries) types.push((await call('CreateLink', each)).type);
    expect(types).toEqual([undefined, 'LinkExistsException', 'NoSuchUserException', 'NoSuchConnectorException']);
    for (const input of [{}, { ConnectorName: 'staff', UserName: 'dora' }]) {
      expect((await call('ListLinks', input)).type).toBe('ValidationException');
    }
  });

  test('needs permission on the connector and on the user', async () => {
    const actions = ['rolecall:CreateLink', 'rolecall:DeleteLink', 'iam:CreateLoginProfile'];
    const user = userArn('fred');
    const keys = {
      connector: await makeUser(server, 'by-connector', allow(actions, connectorArn('staff'))),
      user: await makeUser(server, 'by-user', allow(actions, user)),
      both: await makeUser(server, 'by-both', allow(actions, connectorArn('staff'), user)),
    };
    await makeUser(server, 'fred');
    const login = { ConnectorName: 'staff', Subject: 'S-3' };
    const outcomes = [];
    for (const key of [keys.connector, keys.user, keys.both]) {
      outcomes.push((await call('CreateLink', { ...login, UserName: 'fred' }, key)).type);
    }
    for (const key of [keys.connector, keys.user, keys.both])
      outcomes.push((await call('DeleteLink', login, key)).type);
    const denied = 'AccessDeniedException';
    expect(outcomes).toEqual([denied, denied, undefined, denied, denied, undefined]);
  });

  test('[S31] who may not give a user a password cannot sign in as that user by a login of their own either', async () => {
    const policyOf = (Deny: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['rolecall:CreateLink', 'iam:*LoginProfile'], Resource: '*' },
          { Effect: 'Deny', Action: Deny, Resource: userArn('target-*') },
        ],
      });
    const keys = {
      links: await makeUser(server, 'links-only', allow('rolecall:CreateLink', '*')),
      create: await makeUser(server, 'no-create', policyOf('iam:CreateLoginProfile')),
      update: await makeUser(server, 'no-update', policyOf('iam:UpdateLoginProfile')),
    };
    await Promise.all(['target-without', 'target-with'].map((name) => makeUser(server, name)));
    const profile = { UserName: 'target-with', Password: 'a long and unusual phrase 42' };
    await server.iam().send(new CreateLoginProfileCommand(profile));
    const outcomes: unknown[] = [];
    for (const [by, key] of Object.entries(keys)) {
      for (const UserName of ['target-without', 'target-with']) {
        const link = { ConnectorName: 'staff', Subject: `${by}-${UserName}`, UserName };
        const { type, answer } = await call('CreateLink', link, key);
        outcomes.push([by, UserName, type ?? 'linked', /iam:\w+/.exec(String(answer['message']))?.[0]]);
      }
    }
    const denied = 'AccessDeniedException';
    expect(outcomes).toEqual([
      ['links', 'target-without', denied, 'iam:CreateLoginProfile'],
      ['links', 'target-with', denied, 'iam:UpdateLoginProfile'],
      ['create', 'target-without', denied, 'iam:CreateLoginProfile'],
      ['create', 'target-with', 'linked', undefined],
      ['update', 'target-without', 'linked', undefined],
      ['update', 'target-with', denied, 'iam:UpdateLoginProfile'],
    ]);
  });
});

describe('a partner’s administrator, by a policy on the connector alone', () => {
  test('sees the people of the connector and ends their sign-ins, and nobody else’s', async () => {
    const actions = ['rolecall:ListLinks', 'rolecall:EndConnectorSessions'];
    const partner = await makeUser(server, 'partner-admin', allow(actions, connectorArn('partner')));
    const [first, second] = [
      await signIn('P-1', 'continue with partner'),
      await signIn('P-2', 'continue with partner'),
    ];
    await makeUser(server, 'gerd');
    await call('CreateLink', { ConnectorName: 'staff', Subject: 'S-4', UserName: 'gerd' });
    const own = await signIn('S-4', 'continue with staff');
    const { answer } = await call('ListLinks', { ConnectorName: 'partner', MaxResults: 1 }, partner);
    const more = { ConnectorName: 'partner', NextToken: answer['NextToken'] };
    expect([answer['Links'], (await call('ListLinks', more, partner)).answer['Links']]).toMatchObject([
      [{ Subject: 'P-1' }],
      [{ Subject: 'P-2' }],
    ]);
    expect((await call('ListLinks', { ConnectorName: 'staff' }, partner)).type).toBe('AccessDeniedException');
    expect((await call('EndConnectorSessions', { Name: 'staff' }, partner)).type).toBe('AccessDeniedException');
    const one = await call('EndConnectorSessions', { Name: 'partner', Subject: 'P-1' }, partner);
    expect(one.answer).toEqual({ EndedUsers: 1 });
    expect([await isSignedIn(first.person), await isSignedIn(second.person)]).toEqual([false, true]);
    expect((await call('EndConnectorSessions', { Name: 'partner' }, partner)).answer).toEqual({ EndedUsers: 2 });
    expect([await isSignedIn(second.person), await isSignedIn(own.person)]).toEqual([false, true]);
    expect([await mayEnd('2099-01-01T00:00:00Z'), await mayEnd('2020-01-01T00:00:00Z')]).toEqual([true, false]);
    // Nobody is disabled.
    expect((await signIn('P-1', 'continue with partner')).page.heading).toBe('Your account');
    const groups = await server.iam().send(new ListGroupsForUserCommand({ UserName: 'P-1' }));
    expect(groups.Groups?.map(({ GroupName }) => GroupName)).toEqual(['Partners']);
  });
});

test('claiming an e-mail domain needs permission for it; leaving it as it is, or giving it up, does not', async () => {
  const domain = `arn:aws:rolecall::${ACCOUNT_ID}:domain/theirs.example`;
  const Statement = [
    { Effect: 'Allow', Action: 'rolecall:*Connector', Resource: connectorArn('claims') },
    { Effect: 'Allow', Action: 'rolecall:ClaimDomain', Resource: domain },
  ];
  const key = await makeUser(server, 'domain-admin', JSON.stringify({ Version: '2012-10-17', Statement }));
  const Oidc = { Issuer: outside.issuer, ClientId: OUTSIDE_CLIENT, ClientSecret: OUTSIDE_SECRET };
  const create = async (...Domains: readonly string[]) =>
    (await call('CreateConnector', { Name: 'claims', Enabled: false, Oidc, Domains }, key)).type;
  const update = async (...Domains: readonly string[]) =>
    (await call('UpdateConnector', { Name: 'claims', Domains }, key)).type;
  const denied = 'AccessDeniedException';
  expect([await create('bank.example'), await create('Theirs.Example')]).toEqual([denied, undefined]);
  expect(await update('theirs.example', 'bank.example')).toBe(denied);
  await call('UpdateConnector', { Name: 'claims', Domains: ['theirs.example', 'bank.example'] });
  expect([await update('theirs.example', 'bank.example'), await update()]).toEqual([undefined, undefined]);
  expect(await update('bank.example')).toBe(denied);
});
