import {
  CreatePolicyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  ListUsersCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mintSession } from '../../src/identity/sessions/mint.ts';
import { recogniseSessionToken } from '../../src/identity/sessions/session-token.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { signText } from '../../src/keys/token-signer.ts';
import { getFederationTokenOperation } from '../../src/sts/get-federation-token.ts';
import type { StsDependencies } from '../../src/sts/sts-dependencies.ts';
import { rootOf } from '../iam/support/iam-under-test.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { openIdentities } from '../support/open-identities.ts';
import { until } from '../support/until.ts';
import { account, allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let alice: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allow('*'));
});
afterAll(() => server.close());

const federatedArn = (name: string): string => `arn:aws:sts::${ACCOUNT_ID}:federated-user/${name}`;
const federate = (key: Key, wishes: Partial<GetFederationTokenCommandInput> = {}) =>
  server.sts(key).send(new GetFederationTokenCommand({ Name: 'Bob', ...wishes }));
const sessionOf = async (key: Key, wishes: Partial<GetFederationTokenCommandInput> = {}): Promise<Key> =>
  keyOf((await federate(key, wishes)).Credentials);
const identityOf = (key: Key) => server.sts(key).send(new GetCallerIdentityCommand({}));

describe('the answer', () => {
  test('[aws-behaviour 9] names the federated user, and has a packed size even without session policies', async () => {
    const { Credentials, FederatedUser, PackedPolicySize } = await federate(alice);
    expect(FederatedUser).toEqual({ FederatedUserId: `${ACCOUNT_ID}:Bob`, Arn: federatedArn('Bob') });
    expect(PackedPolicySize).toBe(0);
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
    expect(await identityOf(keyOf(Credentials))).toMatchObject({
      UserId: `${ACCOUNT_ID}:Bob`,
      Account: ACCOUNT_ID,
      Arn: federatedArn('Bob'),
    });
  });

  test('tells how much of the space the policies and tags take', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect((await federate(alice, { Policy: allow('s3:*') })).PackedPolicySize).toBeGreaterThan(0);
    expect((await federate(alice, { Tags })).PackedPolicySize).toBeGreaterThan(0);
  });

  test.each([
    [undefined, 43_200],
    [900, 900],
    [129_600, 129_600],
  ])('a session of %p seconds lasts %d', async (DurationSeconds, expected) => {
    const { Expiration } = (await federate(alice, { DurationSeconds })).Credentials ?? {};
    const lasts = ((Expiration?.getTime() ?? 0) - Date.now()) / 1000;
    expect(Math.abs(lasts - expected)).toBeLessThan(120);
  });
});

test.each([
  [undefined, 3600],
  [900, 900],
  [129_600, 3600],
])('the root user asks for %p seconds, and gets %d', async (DurationSeconds, expected) => {
  const own = await openIdentities();
  const keyRing = await own.openKeys();
  const { random } = own;
  const mint = mintSession({ keyRing, signer: { sign: signText }, random, clock: systemClock, issuer: server.url });
  const operation = getFederationTokenOperation({ store: own.identities, mint } as StsDependencies);
  const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined };
  const common = { requestId: 'test', now: Date.now(), source, concernedAccount: undefined };
  const call = { ...common, caller: rootOf(ACCOUNT_ID) };
  const input = { Name: 'Bob', DurationSeconds };
  const { subject } = await operation.authorize(input, call);
  const { SessionToken = '' } = (await operation.handle(input, call, subject)).Credentials ?? {};
  const identity = recogniseSessionToken(SessionToken, keyRing)?.identity;
  expect(identity).toMatchObject({ type: 'FederatedUser', accountId: ACCOUNT_ID, sessionName: 'Bob' });
  const { issuedAt = 0, expiresAt = 0 } = identity?.session ?? {};
  expect((expiresAt - issuedAt) / 1000).toBe(expected);
  await own.close();
});

describe('a request is refused', () => {
  const constraint = (value: string, name: string, text: string) => ({
    name: 'ValidationError',
    message: `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${text}`,
  });
  test.each<[string, Partial<GetFederationTokenCommandInput>, object]>([
    ['a short name', { Name: 'B' }, constraint('B', 'name', 'Member must have length greater than or equal to 2')],
    [
      'a long name',
      { Name: 'b'.repeat(33) },
      constraint('b'.repeat(33), 'name', 'Member must have length less than or equal to 32'),
    ],
    [
      'a name with a slash',
      { Name: 'a/b' },
      constraint('a/b', 'name', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [
      'a short duration',
      { DurationSeconds: 899 },
      constraint('899', 'durationSeconds', 'Member must have value greater than or equal to 900'),
    ],
    [
      'a long duration',
      { DurationSeconds: 129_601 },
      constraint('129601', 'durationSeconds', 'Member must have value less than or equal to 129600'),
    ],
    ['a policy that is no policy', { Policy: '{}' }, { name: 'MalformedPolicyDocument' }],
    [
      'a managed policy that does not exist',
      { PolicyArns: [{ arn: `arn:aws:iam::${ACCOUNT_ID}:policy/none` }] },
      { name: 'ValidationError' },
    ],
    [
      'eleven managed policies',
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })) },
      { name: 'ValidationError', message: expect.stringContaining('less than or equal to 10') },
    ],
    [
      'tags that differ only in case',
      {
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'Team', Value: 'b' },
        ],
      },
      {
        name: 'InvalidParameterValue',
        message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      },
    ],
  ])('with %s', async (_what, wishes, expected) => {
    expect(await refusal(federate(alice, wishes))).toMatchObject(expected);
  });

  test('without permission for that name', async () => {
    const own = allow('sts:GetFederationToken', federatedArn('Manager'));
    const proxy = await makeUser(server, 'proxy', own);
    await expect(federate(proxy, { Name: 'Manager' })).resolves.toBeDefined();
    expect(await refusal(federate(proxy))).toEqual({
      name: 'AccessDenied',
      message:
        `User: ${userArn('proxy')} is not authorized to perform: sts:GetFederationToken on resource: ` +
        `${federatedArn('Bob')} because no identity-based policy allows the sts:GetFederationToken action`,
    });
  });

  test('[S45] with tags but without sts:TagSession, or with tags that it does not cover', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    const untagging = await makeUser(server, 'untagging', allow('sts:GetFederationToken'));
    expect((await refusal(federate(untagging, { Tags }))).message).toContain('perform: sts:TagSession');
    const condition = { Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } } };
    const tagging = await makeUser(
      server,
      'tagging',
      allow(['sts:GetFederationToken', 'sts:TagSession'], '*', condition),
    );
    await expect(federate(tagging, { Tags })).resolves.toBeDefined();
    const green = federate(tagging, { Tags: [{ Key: 'team', Value: 'green' }] });
    expect((await refusal(green)).name).toBe('AccessDenied');
  });

  test.each(['GetSessionToken', 'AssumeRole'])('with credentials of %s', async (operation) => {
    const role = `federating-${operation}`;
    await makeRole(server, role, { trust: trust(account), policy: allow('sts:*') });
    const sts = server.sts(alice);
    const { Credentials } =
      operation === 'AssumeRole'
        ? await sts.send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'session' }))
        : await sts.send(new GetSessionTokenCommand({}));
    expect(await refusal(federate(keyOf(Credentials)))).toEqual({
      name: 'AccessDenied',
      message: 'Cannot call GetFederationToken with session credentials',
    });
  });
});

describe('[aws-behaviour 17] the credentials of a federated user, whatever its policies allow,', () => {
  const POLICY = { Policy: allow('*') };

  test('can call no operation of IAM', async () => {
    const bob = await sessionOf(alice, POLICY);
    expect(await refusal(server.iam(bob).send(new ListUsersCommand({})))).toEqual({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid',
    });
  });

  test('can call no operation of STS but GetCallerIdentity', async () => {
    const sts = server.sts(await sessionOf(alice, POLICY));
    await makeRole(server, 'open', { trust: trust(account) });
    const calls = {
      AssumeRole: () => sts.send(new AssumeRoleCommand({ RoleArn: roleArn('open'), RoleSessionName: 'session' })),
      GetSessionToken: () => sts.send(new GetSessionTokenCommand({})),
      GetFederationToken: () => sts.send(new GetFederationTokenCommand({ Name: 'Carol' })),
      GetAccessKeyInfo: () => sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: alice.accessKeyId })),
    };
    for (const [name, call] of Object.entries(calls)) {
      const message = `Cannot call ${name} with session credentials`;
      expect(await refusal(call())).toEqual({ name: 'AccessDenied', message });
    }
  });
});

describe('a session', () => {
  test('with a managed session policy can be opened', async () => {
    const made = await server
      .iam()
      .send(new CreatePolicyCommand({ PolicyName: 'narrow', PolicyDocument: allow('s3:GetObject') }));
    const PolicyArns = [{ arn: made.Policy?.Arn }];
    await expect(identityOf(await sessionOf(alice, { PolicyArns }))).resolves.toBeDefined();
  });

  test('[S48] is audited with the user who requested it, also after that user was renamed', async () => {
    const carol = await makeUser(server, 'carol', allow('sts:GetFederationToken'));
    const session = await sessionOf(carol, { Name: 'Guest' });
    await server.iam().send(new UpdateUserCommand({ UserName: 'carol', NewUserName: 'caroline' }));
    const actor = {
      type: 'FederatedUser',
      arn: federatedArn('Guest'),
      accountId: ACCOUNT_ID,
      principalId: `${ACCOUNT_ID}:Guest`,
      accessKeyId: session.accessKeyId,
      sessionIssuerArn: userArn('caroline'),
      sessionName: 'Guest',
    };
    await until(async () => {
      await identityOf(session);
      return server.events.some((event) => event.actor.sessionIssuerArn === actor.sessionIssuerArn);
    });
    expect(server.events.find((event) => event.actor.sessionIssuerArn === actor.sessionIssuerArn)?.actor).toEqual(
      actor,
    );
  });

  test('[S36] outlives the access key, and ends with the user', async () => {
    const UserName = 'leaver';
    const key = await makeUser(server, UserName, allow('sts:GetFederationToken'));
    const session = await sessionOf(key);
    const iam = server.iam();
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key.accessKeyId }));
    await expect(identityOf(session)).resolves.toBeDefined();
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }));
    await iam.send(new DeleteUserCommand({ UserName }));
    expect((await refusal(identityOf(session))).name).toBe('InvalidClientTokenId');
  });
});
