import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { allow, makeUser } from '../sts/people.ts';
import {
  ACCOUNT_ID,
  type InProcessServer,
  type Key,
  serveInProcess,
  startInProcess,
} from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
const filed = {
  name: 'filed',
  issuer: 'https://filed.example.com',
  clientId: 'rolecall',
  clientSecret: 'of the file',
};
const env = {
  ROLECALL_CONFIG: join(directory.path, 'config.json'),
  ROLECALL_DATA_DIR: join(directory.path, 'data'),
};
const configure = (change: object = {}): void =>
  writeFileSync(env.ROLECALL_CONFIG, JSON.stringify({ federation: { connectors: [{ ...filed, ...change }] } }));

let server: InProcessServer;
beforeAll(async () => {
  configure();
  server = await startInProcess(env);
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

const arnOf = (name: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:connector/${name}`;

async function callAt({ url }: { readonly url: string }, operation: string, input: object, key: Key) {
  const { body } = await send(url, signedJson(url, operation, input, key));
  return JSON.parse(body) as Record<string, unknown>;
}
const call = (operation: string, input: object, key: Key = server.admin) => callAt(server, operation, input, key);
const create = (Name: string, more: object = {}, key?: Key) =>
  call(
    'CreateConnector',
    { Name, Enabled: false, Oidc: { Issuer: 'https://sso.example.com', ClientId: 'c', ClientSecret: 's' }, ...more },
    key,
  );
const tag = (name: string, tags: Readonly<Record<string, string>>, key?: Key) =>
  call(
    'TagResource',
    { ResourceArn: arnOf(name), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    key,
  );
const tagsOf = async (name: string) => (await call('ListTagsForResource', { ResourceArn: arnOf(name) }))['Tags'];

describe('tags of connectors', () => {
  test('are given at creation, added, replaced in any case, removed and shown', async () => {
    const created = await create('tagged', { Tags: [{ Key: 'team', Value: 'blue' }] });
    expect(created).toMatchObject({ Connector: { Tags: [{ Key: 'team', Value: 'blue' }] } });
    expect(await tag('tagged', { Team: 'red', cost: '7' })).toEqual({});
    const both = [
      { Key: 'Team', Value: 'red' },
      { Key: 'cost', Value: '7' },
    ];
    expect(await tagsOf('tagged')).toEqual(both);
    // A change of the settings leaves them alone.
    await call('UpdateConnector', { Name: 'tagged', DisplayName: 'Tagged' });
    expect((await call('GetConnector', { Name: 'tagged' }))['Connector']).toMatchObject({ Tags: both });
    await call('UntagResource', { ResourceArn: arnOf('tagged'), TagKeys: ['TEAM', 'unknown'] });
    expect(await tagsOf('tagged')).toEqual([{ Key: 'cost', Value: '7' }]);
    expect(server.events.at(-2)).toMatchObject({
      eventName: 'UntagResource',
      request: { TagKeys: ['TEAM', 'unknown'] },
    });
  });

  test.each([
    ['TagResource', { ResourceArn: arnOf('filed'), Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationException'],
    ['TagResource', { ResourceArn: arnOf('missing'), Tags: [{ Key: 'a', Value: '' }] }, 'NoSuchConnectorException'],
    ['TagResource', { ResourceArn: `arn:aws:iam::${ACCOUNT_ID}:user/a`, Tags: [] }, 'ValidationException'],
    ['ListTagsForResource', { ResourceArn: arnOf('missing') }, 'NoSuchConnectorException'],
    ['ListTagsForResource', { ResourceArn: 'arn:aws:rolecall::999988887777:connector/filed' }, 'AccessDeniedException'],
    ['UntagResource', { ResourceArn: arnOf('*'), TagKeys: ['a'] }, 'ValidationException'],
  ])('%s refuses %j', async (operation, input, code) => {
    expect((await call(operation, input))['__type']).toBe(code);
  });

  test('two keys that differ only in case are refused, and more than 50 tags', async () => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'A', Value: '2' },
    ];
    expect((await call('TagResource', { ResourceArn: arnOf('filed'), Tags }))['__type']).toBe('ValidationException');
    await create('full');
    await tag('full', Object.fromEntries([...Array(50).keys()].map((number) => [`key${number}`, ''])));
    expect((await tag('full', { more: '' }))['__type']).toBe('LimitExceededException');
    expect(await tagsOf('full')).toHaveLength(50);
  });
});

test('[S45] deciding the session tags of logins needs iam:TagUser on the people of the connector, and the keys can be limited', async () => {
  const rules = (...keys: readonly string[]) => ({ Rules: { Tags: keys.map((Key) => ({ Claim: 'unit', Key })) } });
  const people = `arn:aws:iam::${ACCOUNT_ID}:user/federated/tagging/*`;
  const statements = [
    { Effect: 'Allow', Action: ['rolecall:CreateConnector', 'rolecall:UpdateConnector'], Resource: arnOf('tagging') },
    {
      Effect: 'Allow',
      Action: 'iam:TagUser',
      Resource: people,
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } },
    },
  ];
  const policy = (count: number) => JSON.stringify({ Version: '2012-10-17', Statement: statements.slice(0, count) });
  const without = await makeUser(server, 'tagging-without', policy(1));
  const limited = await makeUser(server, 'tagging-limited', policy(2));
  const refused = {
    __type: 'AccessDeniedException',
    message: expect.stringContaining(`iam:TagUser on resource: ${people}`),
  };
  expect(await create('tagging', rules('Team'), without)).toMatchObject(refused);
  expect(await create('tagging', rules('Team', 'Department'), limited)).toMatchObject(refused);
  expect(await create('tagging', rules('Team'), limited)).toHaveProperty('Connector');
  const update = (change: object, key: Key) => call('UpdateConnector', { Name: 'tagging', ...change }, key);
  expect(await update(rules('Department'), limited)).toMatchObject(refused);
  // Another provider would decide about the values.
  const issuer = { Oidc: { Issuer: 'https://other.example.com', ClientSecret: 's' } };
  expect(await update(issuer, without)).toMatchObject(refused);
  expect(await update(issuer, limited)).toHaveProperty('Connector');
  expect(await update({ DisplayName: 'Tagging' }, without)).toHaveProperty('Connector');
});

describe('policies on connectors by tag', () => {
  test('aws:ResourceTag: a partner sees, tests and deletes what has its tag, and nothing else', async () => {
    const mine = { Condition: { StringEquals: { 'aws:ResourceTag/partner': 'acme' } } };
    const key = await makeUser(server, 'acme', allow('rolecall:*', '*', mine));
    for (const name of ['theirs', 'others']) await create(name);
    await tag('theirs', { partner: 'acme' });
    await tag('others', { partner: 'other' });
    // These are allowed, and then say that this kind of connector has no directory.
    for (const operation of ['StartSync', 'GetSync']) {
      expect((await call(operation, { Name: 'others' }, key))['__type']).toBe('AccessDeniedException');
      expect((await call(operation, { Name: 'theirs' }, key))['__type']).not.toBe('AccessDeniedException');
    }
    const operations: readonly (readonly [string, (name: string) => object])[] = [
      ['GetConnector', (Name) => ({ Name })],
      ['TestConnector', (Name) => ({ Name, Evidence: { Claims: '{}' } })],
      ['EndConnectorSessions', (Name) => ({ Name })],
      ['ListLinks', (ConnectorName) => ({ ConnectorName })],
      ['ListTagsForResource', (name) => ({ ResourceArn: arnOf(name) })],
      ['UpdateConnector', (Name) => ({ Name, HasButton: false })],
      ['DeleteConnector', (Name) => ({ Name })],
    ];
    for (const [operation, input] of operations) {
      expect([operation, (await call(operation, input('others'), key))['__type']]).toEqual([
        operation,
        'AccessDeniedException',
      ]);
      expect([operation, (await call(operation, input('theirs'), key))['__type']]).toEqual([operation, undefined]);
    }
    expect((await call('GetConnector', { Name: 'theirs' }))['__type']).toBe('NoSuchConnectorException');
  });

  test('aws:RequestTag and aws:TagKeys: at creation too, which needs TagResource', async () => {
    const condition = {
      StringEquals: { 'aws:RequestTag/partner': 'acme' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['partner', 'note'] },
    };
    const tagger = allow(['rolecall:CreateConnector', 'rolecall:TagResource'], '*', { Condition: condition });
    const key = await makeUser(server, 'tagger', tagger);
    const tags = (...pairs: readonly (readonly [string, string])[]) => ({
      Tags: pairs.map(([Key, Value]) => ({ Key, Value })),
    });
    expect((await create('made', tags(['partner', 'acme'], ['note', 'x']), key))['__type']).toBeUndefined();
    for (const wrong of [{}, tags(['partner', 'other']), tags(['partner', 'acme'], ['admin', 'yes'])]) {
      expect((await create('refused', wrong, key))['__type']).toBe('AccessDeniedException');
    }
    const creator = await makeUser(server, 'creator', allow('rolecall:CreateConnector'));
    expect((await create('refused', tags(['partner', 'acme']), creator))['message']).toContain('rolecall:TagResource');
    expect((await create('plain', {}, creator))['__type']).toBeUndefined();
  });

  test('a denial by ARN holds for every way to write the ARN', async () => {
    await create('guarded');
    const denied = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'rolecall:*', Resource: '*' },
        { Effect: 'Deny', Action: 'rolecall:TagResource', Resource: arnOf('guarded') },
      ],
    };
    const key = await makeUser(server, 'denied', JSON.stringify(denied));
    const Tags = [{ Key: 'partner', Value: 'acme' }];
    for (const place of ['arn:aws:rolecall:us-east-1:', 'arn:aws-cn:rolecall::', 'arn:aws:rolecall::']) {
      const ResourceArn = `${place}${ACCOUNT_ID}:connector/guarded`;
      const type = place === 'arn:aws:rolecall::' ? 'AccessDeniedException' : 'ValidationException';
      expect([place, (await call('TagResource', { ResourceArn, Tags }, key))['__type']]).toEqual([place, type]);
    }
    expect(await tagsOf('guarded')).toEqual([]);
  });

  test('aws:TagKeys when removing: a tag that policies go by can be kept from being removed', async () => {
    const notPartner = { Condition: { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['partner'] } } };
    const key = await makeUser(server, 'untagger', allow('rolecall:UntagResource', '*', notPartner));
    await create('kept', { Tags: [{ Key: 'partner', Value: 'acme' }] });
    const remove = (TagKey: string) => call('UntagResource', { ResourceArn: arnOf('kept'), TagKeys: [TagKey] }, key);
    expect((await remove('partner'))['__type']).toBe('AccessDeniedException');
    expect(await remove('note')).toEqual({});
  });
});

test('a connector of the configuration file keeps its tags when the file is applied again, changed or not', async () => {
  await tag('filed', { owner: 'platform' });
  await server.close();
  for (const change of [{}, { displayName: 'Changed' }]) {
    configure(change);
    const again = await serveInProcess(env);
    const found = await callAt(again, 'GetConnector', { Name: 'filed' }, server.admin);
    await again.close();
    expect(found['Connector']).toMatchObject({ Tags: [{ Key: 'owner', Value: 'platform' }], Origin: 'FILE' });
  }
});
