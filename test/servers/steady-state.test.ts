import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, trust } from '../../harness/documents.ts';
import { startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, startRedis } from '../../harness/redis-server.ts';
import { countingStores, type StoreCounts } from '../support/counting-stores.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** A server, and what it has asked its stores so far. */
interface Counted {
  readonly server: InProcessServer;
  /** Reads of documents, but for those that go by the clock. */
  reads(): number;
  /** Requests about what expires, without the feed, which is read whether anything happens or not. */
  asked(): number;
}

const CALLS = 100;
const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/worker`;
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const BY_THE_CLOCK: ReadonlySet<string> = new Set([
  ...['data-keys', 'installation-secrets', 'key-generations'],
  ...['missed-changes', 'rolecall-declarations'],
]);
const isOfCalls = (collection: string): boolean => !BY_THE_CLOCK.has(collection);

/** The collections that are read by what goes over the line: a command is a BSON document whose first value is the collection's name. */
function readsIn(text: string): string[] {
  return [...text.matchAll(/(?:find|aggregate|count)\0.{4}([^\0]+)\0/gs)].map(([, collection = '']) => collection);
}

/** Counted where the server asks its stores. */
async function onEmbedded(): Promise<Counted> {
  let counts: StoreCounts | undefined;
  const server = await startInProcess({}, (opened) => {
    const counted = countingStores(opened);
    counts = counted.counts;
    return counted.stores;
  });
  ends.push(server.close);
  return {
    server,
    reads: () => (counts?.reads ?? []).filter(isOfCalls).length,
    asked: () => counts?.asked ?? 0,
  };
}

/** Counted on the line, each time that something goes out. */
async function onServers(): Promise<Counted> {
  const [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
  ends.push(mongo.stop, redis.stop);
  const { hostname, port } = new URL(mongo.uri);
  expect(hostname).toMatch(/127\.0\.0\.1|localhost/);
  const toMongo = await startTcpProxy(Number(port));
  const toRedis = await startTcpProxy(redis.port);
  ends.push(toMongo.close, toRedis.close);
  const server = await startInProcess({
    ROLECALL_MONGODB_URI: `mongodb://127.0.0.1:${toMongo.port}/steady?directConnection=true`,
    ROLECALL_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
  });
  ends.push(server.close);
  return {
    server,
    reads: () => toMongo.sent.flatMap(readsIn).filter(isOfCalls).length,
    asked: () => toRedis.sent.filter((text) => /rolecall:(?!feed)/.test(text)).length,
  };
}

/** A user whose policies come from everywhere that policies come from. */
async function newReader({ iam }: InProcessServer): Promise<Key> {
  const admin = iam();
  const UserName = 'reader';
  const policy = async (PolicyName: string, PolicyDocument: string) =>
    (await admin.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn;
  const PermissionsBoundary = await policy('boundary', allow(['iam:Get*', 'sts:*']));
  await admin.send(new CreateUserCommand({ UserName, PermissionsBoundary }));
  const PolicyDocument = allow('sts:AssumeRole');
  await admin.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  await admin.send(new CreateGroupCommand({ GroupName: 'readers' }));
  const PolicyArn = await policy('read', allow('iam:GetUser', { resource: `arn:aws:iam::${ACCOUNT_ID}:user/*` }));
  await admin.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn }));
  await admin.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName }));
  const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** A session that session policies, inline and managed, bind further. */
async function newSession(server: InProcessServer, reader: Key): Promise<Key> {
  const admin = server.iam();
  const AssumeRolePolicyDocument = trust({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` });
  await admin.send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument }));
  const PolicyDocument = allow('iam:*');
  await admin.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'p', PolicyDocument }));
  const { Credentials } = await server.sts(reader).send(
    new AssumeRoleCommand({
      RoleArn: ROLE,
      RoleSessionName: 'bound',
      Policy: allow('iam:GetUser'),
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }],
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe.each([
  ['embedded', onEmbedded],
  ['MongoDB + Redis', onServers],
])('in the steady state, on %s', (_pair, start) => {
  const clients = {} as Record<'reader' | 'session', { iam: IAMClient; sts: STSClient }>;
  let counted: Counted;
  beforeAll(async () => {
    counted = await start();
    const { server } = counted;
    const reader = await newReader(server);
    const session = await newSession(server, reader);
    clients.reader = { iam: server.iam(reader), sts: server.sts(reader) };
    clients.session = { iam: server.iam(session), sts: server.sts(session) };
  });

  const getUser = new GetUserCommand({ UserName: 'reader' });
  const createUser = new CreateUserCommand({ UserName: 'never' });
  const denied = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ name: 'AccessDenied' });
  test.each<[what: string, ownReads: number, call: () => Promise<unknown>]>([
    ['GetCallerIdentity', 0, () => clients.session.sts.send(new GetCallerIdentityCommand({}))],
    [
      'AssumeRole, which policies of the user and of the role decide,',
      0,
      () => clients.reader.sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'steady' })),
    ],
    [
      'GetUser, decided by policies of the user, its group and its boundary,',
      1,
      () => clients.reader.iam.send(getUser),
    ],
    ['GetUser, decided by policies of the role and the session,', 1, () => clients.session.iam.send(getUser)],
    ['CreateUser, which the boundary of the user denies,', 0, () => denied(clients.reader.iam.send(createUser))],
    ['CreateUser, which the policies of the session deny,', 0, () => denied(clients.session.iam.send(createUser))],
  ])('%s reads %i documents to answer, and none to decide', async (_what, own, call) => {
    await call();
    const before = { reads: counted.reads(), asked: counted.asked() };
    for (let i = 0; i < CALLS; i++) await call();
    expect(counted.asked() - before.asked).toBe(0);
    const others = counted.reads() - before.reads - own * CALLS;
    expect(others).toBeGreaterThanOrEqual(0);
    // Not quite none: what is cached is read anew where the machine let a second pass between two looks at the feed.
    expect(others).toBeLessThan(CALLS / 4);
  });

  test('what is needed to decide is read once it has changed, and the count includes it', async () => {
    const refused = () => denied(clients.reader.iam.send(createUser));
    await refused();
    const before = counted.reads();
    const PolicyDocument = allow('sts:*');
    await counted.server
      .iam()
      .send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'own', PolicyDocument }));
    const changed = counted.reads();
    expect(changed).toBeGreaterThan(before);
    await refused();
    // The access key's user twice, the user, its group, and their two managed policies.
    expect(counted.reads() - changed).toBeGreaterThanOrEqual(5);
  });
});
