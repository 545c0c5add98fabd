import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  ListUsersCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import {
  type IssuerKey,
  makeAuthority,
  makeKey,
  type OutsideIssuer,
  signToken,
  startIssuer,
} from '../federation/web-identity/outside-issuer.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { OUTSIDE_CLIENT, type OutsideProvider, startOutsideProvider } from './outside-provider.ts';
import { allow, keyOf, makeRole, refusal, roleArn, trust } from './people.ts';

const AUDIENCE = 'sts.amazonaws.com';
const UPLOADED = 'https://cluster.internal';

let server: InProcessServer;
let outside: OutsideProvider;
/** Behind a private certificate authority. */
let secure: OutsideIssuer;
let key: IssuerKey;
const directory = temporaryDirectory();

const providerArn = (issuer: string): string =>
  `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${issuer.replace(/^https?:\/\//, '')}`;
const keyName = (issuer: string, claim: string): string => `${issuer.replace(/^https?:\/\//, '')}:${claim}`;
const trustOf = (issuer: string, condition: object = {}, more: readonly string[] = []): string =>
  trust({ Federated: providerArn(issuer) }, { Condition: condition }, ['sts:AssumeRoleWithWebIdentity', ...more]);

beforeAll(async () => {
  key = await makeKey('k1');
  const authority = makeAuthority(directory.path);
  outside = await startOutsideProvider();
  secure = await startIssuer([key.jwk], authority);
  const jwksFile = join(directory.path, 'cluster.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  const issuers = [
    { issuer: outside.issuer, allowPrivateNetworks: true },
    { issuer: secure.url, allowPrivateNetworks: true, caFile: authority.caFile },
    { issuer: UPLOADED, jwksFile },
    { issuer: 'https://changing.internal', jwksFile },
  ];
  const config = join(directory.path, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ federation: { webIdentity: { issuers } } }));
  server = await startInProcess({ ROLECALL_CONFIG: config });
  for (const Url of [outside.issuer, secure.url, UPLOADED]) {
    const ClientIDList = [Url === outside.issuer ? OUTSIDE_CLIENT : AUDIENCE];
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
  }
  await makeRole(server, 'uploaded', { trust: trustOf(UPLOADED) });
});
afterAll(async () => {
  await server.close();
  await Promise.all([outside.close(), secure.close()]);
  directory.remove();
});

const assume = (role: string, WebIdentityToken: string, wishes: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
  server.sts().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn(role),
      RoleSessionName: 'job',
      WebIdentityToken,
      ...wishes,
    }),
  );
const claimsOf = (issuer: string, more: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: AUDIENCE, sub: 'system:serviceaccount:shop:web', iat: now - 5, exp: now + 300, ...more };
};
const tokenOf = (issuer: string, more: JWTPayload = {}) => signToken(key, claimsOf(issuer, more));

describe('role credentials from a token of another provider', () => {
  test('[STS API reference, AssumeRoleWithWebIdentity] a real OpenID provider, found by discovery', async () => {
    const condition = {
      StringEquals: { [keyName(outside.issuer, 'aud')]: OUTSIDE_CLIENT, [keyName(outside.issuer, 'sub')]: 'dora' },
      'ForAnyValue:StringEquals': { [keyName(outside.issuer, 'groups')]: 'night' },
    };
    await makeRole(server, 'outside', { trust: trustOf(outside.issuer, condition), policy: allow('iam:ListUsers') });
    const answer = await assume('outside', await outside.idToken('dora'));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'dora',
      Provider: providerArn(outside.issuer),
      Audience: OUTSIDE_CLIENT,
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/outside/job` },
    });
    expect(answer.PackedPolicySize).toBeUndefined();
    const session = keyOf(answer.Credentials);
    const { Arn } = await server.sts(session).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/outside/job`);
    await expect(server.iam(session).send(new ListUsersCommand({}))).resolves.toBeDefined();
    expect(await refusal(assume('outside', await outside.idToken('eve')))).toMatchObject({ name: 'AccessDenied' });
  });

  test('an issuer behind a private certificate authority', async () => {
    await makeRole(server, 'secure', { trust: trustOf(secure.url) });
    await expect(assume('secure', await tokenOf(secure.url))).resolves.toBeDefined();
    const asked = secure.asked.length;
    await expect(assume('secure', await tokenOf(secure.url))).resolves.toBeDefined();
    expect(secure.asked).toHaveLength(asked);
  });

  test('an unreachable issuer whose keys are in a file', async () => {
    const condition = {
      StringEquals: {
        [keyName(UPLOADED, 'kubernetes.io.namespace')]: 'shop',
        [keyName(UPLOADED, 'kubernetes.io.serviceaccount.name')]: 'web',
      },
    };
    await makeRole(server, 'cluster', { trust: trustOf(UPLOADED, condition) });
    const own = { 'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'web', uid: 'u-1' } } };
    await expect(assume('cluster', await tokenOf(UPLOADED, own))).resolves.toBeDefined();
    expect((await refusal(assume('cluster', await tokenOf(UPLOADED)))).name).toBe('AccessDenied');
  });

  test('session tags and source identity need their own permissions', async () => {
    const tags = { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] };
    const tagged = await tokenOf(UPLOADED, { 'https://aws.amazon.com/tags': tags });
    const flat = await tokenOf(UPLOADED, {
      'https://aws.amazon.com/tags/principal_tags/team': 'blue',
      'https://aws.amazon.com/tags/transitive_tag_keys': ['team'],
    });
    const identified = await tokenOf(UPLOADED, { 'https://aws.amazon.com/source_identity': 'dora' });
    await makeRole(server, 'tagged', { trust: trustOf(UPLOADED) });
    for (const token of [tagged, flat, identified]) {
      expect((await refusal(assume('tagged', token))).name).toBe('AccessDenied');
    }
    const PolicyDocument = trustOf(UPLOADED, {}, ['sts:TagSession', 'sts:SetSourceIdentity']);
    await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'tagged', PolicyDocument }));
    expect((await assume('tagged', tagged)).PackedPolicySize).toBeGreaterThan(0);
    expect((await assume('tagged', flat)).PackedPolicySize).toBeGreaterThan(0);
    expect((await assume('tagged', identified)).SourceIdentity).toBe('dora');
    const onlyBlue = { StringEquals: { 'aws:RequestTag/team': 'blue' } };
    const more = ['sts:TagSession', 'sts:SetSourceIdentity'];
    const byTag = { RoleName: 'tagged', PolicyDocument: trustOf(UPLOADED, onlyBlue, more) };
    await server.iam().send(new UpdateAssumeRolePolicyCommand(byTag));
    await expect(assume('tagged', tagged)).resolves.toBeDefined();
    expect((await refusal(assume('tagged', identified))).name).toBe('AccessDenied');
  });

  test('[S45] a token sets no other aws: key', async () => {
    const own = {
      'aws:SourceIp': '192.0.2.1',
      'aws:PrincipalTag/team': 'red',
      'aws:RequestTag/team': 'red',
      aws: { SourceIp: '192.0.2.1' },
      'sts:ExternalId': 'x',
    };
    for (const [name, value] of [
      ['aws:SourceIp', '192.0.2.1'],
      ['aws:RequestTag/team', 'red'],
      ['aws:PrincipalTag/team', 'red'],
      ['sts:ExternalId', 'x'],
    ] as const) {
      const PolicyDocument = trustOf(UPLOADED, { StringEquals: { [name]: value } });
      await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'uploaded', PolicyDocument }));
      expect((await refusal(assume('uploaded', await tokenOf(UPLOADED, own)))).name).toBe('AccessDenied');
    }
    const PolicyDocument = trustOf(UPLOADED);
    await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'uploaded', PolicyDocument }));
  });

  test('[STS API reference, DurationSeconds] the session does not follow the token’s lifetime', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { Credentials } = await assume('uploaded', await tokenOf(UPLOADED, { exp: now + 30 }));
    expect(Number(Credentials?.Expiration) / 1000 - now).toBeGreaterThan(3500);
    const tooLong = refusal(assume('uploaded', await tokenOf(UPLOADED), { DurationSeconds: 3601 }));
    expect((await tooLong).name).toBe('ValidationError');
  });
});

describe('what is refused', () => {
  test.each<[string, () => Promise<string>, string, RegExp, string]>([
    [
      'an issuer without a provider',
      () => tokenOf('https://other.example'),
      'InvalidIdentityToken',
      /^No OpenIDConnect provider found in your account for https:\/\/other\.example$/,
      'check failed: provider: https://other.example',
    ],
    [
      '[S12] an expired token',
      () => tokenOf(UPLOADED, { exp: 1_700_000_000, iat: 1_699_999_000 }),
      'ExpiredTokenException',
      /^Token expired: current date\/time .* must be before the expiration date\/time 2023-11-14T22:13:20.000Z$/,
      'check failed: expiry: exp 2023-11-14T22:13:20.000Z',
    ],
    [
      'another audience',
      () => tokenOf(UPLOADED, { aud: ['other', 'more'] }),
      'InvalidIdentityToken',
      /^Incorrect token audience$/,
      'check failed: audience: aud ["other","more"]',
    ],
    [
      '[S11] a key of somebody else',
      async () => signToken(await makeKey('stranger'), claimsOf(UPLOADED)),
      'InvalidIdentityToken',
      /signature/,
      'check failed: signature: alg ES256, kid stranger',
    ],
    [
      'a bad session tag',
      () => tokenOf(UPLOADED, { 'https://aws.amazon.com/tags': { principal_tags: { 'aws:x': 'y' } } }),
      'IDPRejectedClaim',
      /reserved/,
      'check failed: tags: Tag keys beginning with aws: are reserved for system use.',
    ],
  ])(
    '%s: the administrator sees which check failed, and with which value',
    async (_name, token, code, message, recorded) => {
      const before = server.events.length;
      expect(await refusal(assume('uploaded', await token()))).toEqual({
        name: code,
        message: expect.stringMatching(message),
      });
      const event = server.events.slice(before).find(({ errorCode }) => errorCode === code);
      expect(event).toMatchObject({
        accountId: ACCOUNT_ID,
        outcome: 'refused',
        errorCode: code,
        errorMessage: recorded,
        request: { RoleArn: roleArn('uploaded') },
      });
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const check = recorded.split(': ')[1] ?? '';
      expect(metrics).toMatch(new RegExp(`rolecall_web_identity_refusals_total\\{check="${check}"\\} [1-9]`));
    },
  );

  test('[S46] a call for a role that does not exist is in no account’s audit log', async () => {
    const before = server.events.length;
    const refused = await refusal(assume('nobody', await tokenOf('https://other.example')));
    expect(refused.name).toBe('InvalidIdentityToken');
    const event = server.events.slice(before).find(({ errorCode }) => errorCode === refused.name);
    expect(event?.accountId).toBeUndefined();
  });

  test('an issuer whose keys cannot be fetched: an error code that SDKs retry, without the reason', async () => {
    const Url = 'https://localhost:1';
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: [AUDIENCE] }));
    await makeRole(server, 'dead', { trust: trustOf(Url) });
    const before = server.events.length;
    const refused = await refusal(assume('dead', await tokenOf(Url)));
    expect(refused.name).toBe('IDPCommunicationError');
    expect(refused.message).toBe(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
    const event = server.events.slice(before).find(({ errorCode }) => errorCode === refused.name);
    expect(event?.errorMessage).toContain(
      'check failed: keys: https://localhost:1/.well-known/openid-configuration: localhost has no public address',
    );
  });

  test('an access token from Facebook or Amazon', async () => {
    const refused = await refusal(assume('uploaded', 'EAAC-access-token', { ProviderId: 'graph.facebook.com' }));
    expect(refused).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('ProviderId is not supported'),
    });
  });
});

// Last, because repeats of a refusal within a second are folded in the audit log.
describe('a changed provider', () => {
  test('[S36] counts at once: its client ids, its end and its return', async () => {
    const Url = 'https://changing.internal';
    const arn = providerArn(Url);
    const iam = server.iam();
    await makeRole(server, 'changing', { trust: trustOf(Url) });
    const token = await tokenOf(Url);
    const code = async () => (await refusal(assume('changing', token))).message;
    expect(await code()).toMatch(/^No OpenIDConnect provider found/);
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['other'] }));
    expect(await code()).toBe('Incorrect token audience');
    const client = { OpenIDConnectProviderArn: arn, ClientID: AUDIENCE };
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand(client));
    await expect(assume('changing', token)).resolves.toBeDefined();
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand(client));
    expect(await code()).toBe('Incorrect token audience');
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    expect(await code()).toMatch(/^No OpenIDConnect provider found/);
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: [AUDIENCE] }));
    await expect(assume('changing', token)).resolves.toBeDefined();
  });
});
