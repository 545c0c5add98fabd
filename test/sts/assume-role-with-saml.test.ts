import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  ListUsersCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENTITY_ID, metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import {
  type AssertionParts,
  assertionXml,
  base64,
  encrypted,
  responseXml,
  signed,
} from '../../harness/saml-responses.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { unique } from '../support/unique.ts';
import { allow, keyOf, makeRole, refusal, roleArn, trust } from './people.ts';

const KEY = rsaKey();
const DECRYPTING = rsaKey();
const PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:saml-provider/Idp`;
const SAML = { Federated: PROVIDER };
const ALL_ACTIONS = ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'];
const samlTrust = (conditions: object = {}, actions: string[] = ALL_ACTIONS) =>
  trust(SAML, Object.keys(conditions).length === 0 ? {} : { Condition: conditions }, actions);

let server: InProcessServer;
let recipient: string;
let passed = 0;
const now = () => Date.now() + passed;
const advance = (ms: number) => {
  passed += ms;
  server.advance(ms);
};

beforeAll(async () => {
  server = await startInProcess({ ROLECALL_PUBLIC_URL: 'https://id.example.com' });
  recipient = 'https://id.example.com/saml';
  await server.iam().send(new CreateSAMLProviderCommand({ Name: 'Idp', SAMLMetadataDocument: metadataOf(KEY) }));
  await makeRole(server, 'reader', { trust: samlTrust(), policy: allow('iam:ListUsers') });
});
afterAll(() => server.close());

type Wishes = Partial<AssertionParts> & { readonly role?: string; readonly provider?: string };

function assertionFor({ role = 'reader', provider = PROVIDER, attributes, ...more }: Wishes): string {
  return assertionXml({
    id: unique('_'),
    now: now(),
    recipient,
    attributes: { Role: [`${roleArn(role)},${provider}`], RoleSessionName: ['alice'], ...attributes },
    ...more,
  });
}

const responseFor = (wishes: Wishes = {}) =>
  base64(signed(responseXml(assertionFor(wishes), { now: now() }), 'Assertion', KEY));

/** Nobody signs this call; the SDK sends it unsigned. */
const present = (SAMLAssertion: string, role = 'reader', wishes: Partial<AssumeRoleWithSAMLCommandInput> = {}) =>
  server
    .sts()
    .send(new AssumeRoleWithSAMLCommand({ RoleArn: roleArn(role), PrincipalArn: PROVIDER, SAMLAssertion, ...wishes }));
const login = (wishes: Wishes = {}, input: Partial<AssumeRoleWithSAMLCommandInput> = {}) =>
  present(responseFor(wishes), wishes.role ?? 'reader', input);

describe('a role session', () => {
  test('[STS API reference, AssumeRoleWithSAML] says who the person is, and works', async () => {
    const answer = await login();
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/reader/alice` },
      Subject: 'person-1',
      SubjectType: 'persistent',
      Issuer: ENTITY_ID,
      Audience: recipient,
      NameQualifier: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
    });
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(answer.SourceIdentity).toBeUndefined();
    const session = keyOf(answer.Credentials);
    const { Arn } = await server.sts(session).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/reader/alice`);
    expect((await server.iam(session).send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });

  test('keeps saml:sub, saml:sub_type, saml:namequalifier and aws:FederatedProvider, and no other key', async () => {
    const { NameQualifier } = await login();
    const kept = {
      'saml:sub': 'person-1',
      'saml:sub_type': 'persistent',
      'saml:namequalifier': NameQualifier,
      'aws:FederatedProvider': PROVIDER,
    };
    await makeRole(server, 'kept', {
      trust: samlTrust(),
      policy: allow('iam:ListUsers', '*', { Condition: { StringEquals: kept } }),
    });
    await makeRole(server, 'dropped', {
      trust: samlTrust(),
      policy: allow('iam:ListUsers', '*', { Condition: { StringEquals: { 'saml:iss': ENTITY_ID } } }),
    });
    const list = async (role: string) => {
      const session = keyOf((await login({ role })).Credentials);
      return server.iam(session).send(new ListUsersCommand({}));
    };
    expect((await list('kept')).Users).toHaveLength(1);
    expect((await refusal(list('dropped'))).name).toBe('AccessDenied');
  });

  test('S45: tags and the source identity are passed along the chain of roles', async () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'alice' } };
    await makeRole(server, 'chained', {
      trust: trust({ AWS: roleArn('reader') }, {}, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
      policy: allow('iam:ListUsers', '*', { Condition: condition }),
    });
    await makeRole(server, 'chaining', {
      trust: samlTrust(),
      policy: allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
    });
    const iam = server.iam();
    const trusted = trust({ AWS: roleArn('chaining') }, {}, [
      'sts:AssumeRole',
      'sts:TagSession',
      'sts:SetSourceIdentity',
    ]);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'chained', PolicyDocument: trusted }));
    const attributes = {
      'PrincipalTag:Team': ['blue'],
      'PrincipalTag:Other': ['x'],
      TransitiveTagKeys: ['Team'],
      SourceIdentity: ['alice'],
    };
    const answer = await login({ role: 'chaining', attributes });
    expect(answer.SourceIdentity).toBe('alice');
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const chain = new AssumeRoleCommand({ RoleArn: roleArn('chained'), RoleSessionName: 'next' });
    const next = keyOf((await server.sts(keyOf(answer.Credentials)).send(chain)).Credentials);
    expect((await server.iam(next).send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });

  test('is narrowed by a session policy', async () => {
    const answer = await login({}, { Policy: allow('iam:ListRoles') });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    expect((await refusal(server.iam(keyOf(answer.Credentials)).send(new ListUsersCommand({})))).name).toBe(
      'AccessDenied',
    );
  });

  test('[SAML Core §6] comes from an encrypted assertion, at the endpoint of the provider', async () => {
    const arn = `${PROVIDER}-encrypted`;
    const AddPrivateKey = DECRYPTING.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await server.iam().send(
      new CreateSAMLProviderCommand({
        Name: 'Idp-encrypted',
        SAMLMetadataDocument: metadataOf(KEY),
        AddPrivateKey,
        AssertionEncryptionMode: 'Required',
      }),
    );
    await makeRole(server, 'encrypted', { trust: trust({ Federated: arn }, {}, 'sts:AssumeRoleWithSAML') });
    const plain = signed(assertionFor({ role: 'encrypted', provider: arn }), 'Assertion', KEY);
    const send = (content: string) =>
      present(base64(responseXml(content, { now: now() })), 'encrypted', { PrincipalArn: arn });
    expect((await refusal(send(plain))).message).toBe(
      'Your request included an invalid SAML response (the provider requires encrypted assertions)',
    );
    expect((await send(await encrypted(plain, DECRYPTING))).Subject).toBe('person-1');
  });
});

describe('how long it lasts', () => {
  const seconds = async (wishes: Wishes, DurationSeconds?: number) => {
    const { Credentials } = await login(wishes, DurationSeconds === undefined ? {} : { DurationSeconds });
    return Math.round(((Credentials?.Expiration?.getTime() ?? 0) - now()) / 10_000) * 10;
  };
  const until = (minutes: number) => ({ sessionNotOnOrAfter: now() + minutes * 60_000 });

  test.each<[string, Wishes, number | undefined, number]>([
    ['an hour by default', {}, undefined, 3600],
    ['as asked', {}, 900, 900],
    ['as the shorter SessionDuration', { attributes: { SessionDuration: ['1800'] } }, undefined, 1800],
    ['no longer by a longer SessionDuration', { attributes: { SessionDuration: ['7200'] } }, undefined, 3600],
    [
      '[prolane/samltoawsstskeys#61] as asked, whatever SessionDuration the role would refuse',
      { attributes: { SessionDuration: ['43200'] } },
      1200,
      1200,
    ],
  ])('%s', async (_name, wishes, asked, expected) => {
    expect(await seconds(wishes, asked)).toBe(expected);
  });

  test('no longer than the session at the identity provider', async () => {
    expect(await seconds(until(20))).toBe(1200);
    expect(await seconds(until(20), 900)).toBe(900);
  });

  test('more than the role’s limit is refused, and the assertion can be used again', async () => {
    const encoded = responseFor();
    expect(await refusal(present(encoded, 'reader', { DurationSeconds: 7200 }))).toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await expect(present(encoded)).resolves.toBeDefined();
  });
});

describe('S38, S39: refused', () => {
  test('a replay, also for another role', async () => {
    await makeRole(server, 'second', { trust: samlTrust() });
    const both = { Role: ['reader', 'second'].map((role) => `${roleArn(role)},${PROVIDER}`) };
    const encoded = responseFor({ attributes: both });
    await present(encoded);
    const used = {
      name: 'InvalidIdentityToken',
      message: 'The assertion has already been used: sign in at the identity provider again',
    };
    expect(await refusal(present(encoded))).toEqual(used);
    expect(await refusal(present(encoded, 'second'))).toEqual(used);
  });

  test('an assertion that was issued more than 5 minutes ago', async () => {
    const encoded = responseFor({ notOnOrAfter: now() + 3_600_000, confirmedUntil: now() + 3_600_000 });
    advance(6 * 60_000);
    expect(await refusal(present(encoded))).toEqual({
      name: 'ExpiredTokenException',
      message: 'Token must be redeemed within 5 minutes of issuance',
    });
  });

  test('an unsigned assertion, and one signed by another key', async () => {
    const bare = responseXml(assertionFor({}), { now: now() });
    const foreign = signed(bare, 'Assertion', rsaKey());
    expect(await refusal(present(base64(bare)))).toEqual({
      name: 'InvalidIdentityToken',
      message: 'Response signature invalid (neither the response nor its assertion is signed)',
    });
    expect((await refusal(present(base64(foreign)))).message).toContain(
      'Response signature invalid (no signing certificate',
    );
  });

  test('a response too large for the parameter', async () => {
    expect((await refusal(present('A'.repeat(100_004)))).message).toContain('less than or equal to 100000');
  });

  test('a provider of another account, or a missing one', async () => {
    const missing = "Specified provider doesn't exist";
    for (const PrincipalArn of [
      PROVIDER.replace(ACCOUNT_ID, '210987654321'),
      `${PROVIDER}x`,
      `${PROVIDER}${'x'.repeat(1900)}`,
      roleArn('reader'),
    ]) {
      expect((await refusal(present(responseFor(), 'reader', { PrincipalArn }))).message).toBe(missing);
    }
  });

  test('the audit log says who, and which check failed, without the assertion', async () => {
    const encoded = responseFor();
    await present(encoded);
    await refusal(present(encoded));
    const mine = server.events.filter(({ eventName }) => eventName === 'AssumeRoleWithSAML');
    expect(mine.findLast(({ outcome }) => outcome === 'allowed')).toMatchObject({
      actor: { type: 'SAML', identityProvider: PROVIDER, principalId: expect.stringContaining(':person-1') },
      authentication: { method: 'saml' },
      request: { RoleArn: roleArn('reader'), PrincipalArn: PROVIDER, SAMLAssertion: '[redacted]' },
    });
    expect(mine.map(({ errorMessage }) => errorMessage)).toContain(
      'Response signature invalid (neither the response nor its assertion is signed)',
    );
    expect(JSON.stringify(server.events)).not.toContain(encoded.slice(0, 100));
  });
});

describe('whom the trust policy admits', () => {
  const denied = { name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithSAML' };

  test('only the provider that it names, for this action', async () => {
    await makeRole(server, 'other-provider', {
      trust: trust({ Federated: `${PROVIDER}2` }, {}, 'sts:AssumeRoleWithSAML'),
    });
    await makeRole(server, 'other-action', { trust: trust({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }) });
    for (const role of ['other-provider', 'other-action', 'ghost']) {
      expect(await refusal(login({ role }))).toEqual(denied);
    }
  });

  test('S45: only the roles that the assertion lists, with the provider', async () => {
    await makeRole(server, 'unlisted', { trust: samlTrust() });
    expect(await refusal(present(responseFor(), 'unlisted'))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(denied.message),
    });
    const elsewhere = responseFor({ provider: `${PROVIDER}2` });
    expect(await refusal(present(elsewhere))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(denied.message),
    });
  });

  test('only with the attributes that its conditions require', async () => {
    const conditions = {
      StringEquals: {
        'SAML:aud': recipient,
        'SAML:iss': ENTITY_ID,
        'SAML:doc': `${ACCOUNT_ID}/Idp`,
        'sts:RoleSessionName': 'alice',
      },
      'ForAnyValue:StringEquals': { 'SAML:edupersonaffiliation': ['staff'] },
    };
    await makeRole(server, 'staff', { trust: samlTrust(conditions) });
    const affiliated = (values: string[]) =>
      login({ role: 'staff', attributes: { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': values } });
    await expect(affiliated(['student', 'staff'])).resolves.toBeDefined();
    expect(await refusal(affiliated(['student']))).toEqual(denied);
    expect(await refusal(login({ role: 'staff' }))).toEqual(denied);
  });

  test('S45: tags need sts:TagSession, a source identity needs sts:SetSourceIdentity', async () => {
    await makeRole(server, 'plain', { trust: samlTrust({}, ['sts:AssumeRoleWithSAML']) });
    await expect(login({ role: 'plain' })).resolves.toBeDefined();
    const tagged = login({ role: 'plain', attributes: { 'PrincipalTag:a': ['b'] } });
    expect(await refusal(tagged)).toEqual({ ...denied, message: 'Not authorized to perform sts:TagSession' });
    const named = login({ role: 'plain', attributes: { SourceIdentity: ['alice'] } });
    expect(await refusal(named)).toEqual({ ...denied, message: 'Not authorized to perform sts:SetSourceIdentity' });
  });
});

describe('changes of the provider', () => {
  test('certificates roll over; the replaced one stops verifying, and sessions continue', async () => {
    const iam = server.iam();
    await iam.send(new CreateSAMLProviderCommand({ Name: 'Rolling', SAMLMetadataDocument: metadataOf(KEY) }));
    const PrincipalArn = `arn:aws:iam::${ACCOUNT_ID}:saml-provider/Rolling`;
    await makeRole(server, 'rolling', {
      trust: trust({ Federated: PrincipalArn }, {}, 'sts:AssumeRoleWithSAML'),
      policy: allow('iam:ListUsers'),
    });
    const send = (key = KEY) => {
      const xml = responseXml(assertionFor({ role: 'rolling', provider: PrincipalArn }), { now: now() });
      return present(base64(signed(xml, 'Assertion', key)), 'rolling', { PrincipalArn });
    };
    const session = keyOf((await send()).Credentials);
    const next = rsaKey();
    await iam.send(
      new UpdateSAMLProviderCommand({ SAMLProviderArn: PrincipalArn, SAMLMetadataDocument: metadataOf(next) }),
    );
    expect((await refusal(send())).message).toContain('Response signature invalid');
    await expect(send(next)).resolves.toBeDefined();
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: PrincipalArn }));
    expect((await refusal(send(next))).message).toBe("Specified provider doesn't exist");
    expect((await server.iam(session).send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });
});
