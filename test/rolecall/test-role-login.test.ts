import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand, CreateSAMLProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { assertionXml, base64, nameIdOf, responseXml, signed } from '../../harness/saml-responses.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';
import { allow, makeRole, makeUser, refusal, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const ISSUER = 'https://ci.internal';
const PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/ci.internal`;
const SAML_PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:saml-provider/Idp`;
const SAML_KEY = rsaKey();
const MAIN = { StringEquals: { 'ci.internal:sub': 'repo:acme/app:ref:main' } };

const directory = temporaryDirectory();
let server: InProcessServer;
let key: IssuerKey;
beforeAll(async () => {
  key = await makeKey('k1');
  const jwksFile = join(directory.path, 'keys.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  const config = join(directory.path, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile }] } } }));
  server = await startInProcess({ ROLECALL_CONFIG: config, ROLECALL_PUBLIC_URL: 'https://id.example.com' });
  const iam = server.iam();
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['sts'] }));
  await iam.send(new CreateSAMLProviderCommand({ Name: 'Idp', SAMLMetadataDocument: metadataOf(SAML_KEY) }));
  const Federated = PROVIDER;
  const action = 'sts:AssumeRoleWithWebIdentity';
  await makeRole(server, 'open', { trust: trust({ Federated }, {}, action) });
  await makeRole(server, 'main', { trust: trust({ Federated }, { Sid: 'Main', Condition: MAIN }, action) });
  await makeRole(server, 'tagging', { trust: trust({ Federated }, { Condition: MAIN }, [action, 'sts:TagSession']) });
  await makeRole(server, 'named', {
    trust: trust({ Federated }, { Condition: { StringLike: { 'sts:RoleSessionName': 'ci-*' } } }, action),
  });
  await makeRole(server, 'office', {
    trust: trust({ Federated }, { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }, action),
  });
  await makeRole(server, 'other', { trust: trust({ Service: 'ec2.amazonaws.com' }) });
  await makeRole(server, 'staff', {
    trust: trust(
      { Federated: SAML_PROVIDER },
      { Condition: { StringEquals: { 'saml:sub': 'person-2' } } },
      'sts:AssumeRoleWithSAML',
    ),
  });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

interface Tested {
  readonly Accepted: boolean;
  readonly Checks: readonly { readonly Name: string; readonly Outcome: string; readonly Detail?: string }[];
  readonly Decisions: readonly {
    readonly Action: string;
    readonly Allowed: boolean;
    readonly Statements: readonly { readonly Matches: boolean; readonly Mismatches: readonly object[] }[];
  }[];
  readonly KeysOfCall: readonly string[];
}

async function ask(input: object, by: Key = server.admin): Promise<Record<string, unknown>> {
  const { body } = await send(server.url, signedJson(server.url, 'TestRoleLogin', input, by));
  return JSON.parse(body) as Record<string, unknown>;
}
async function tested(role: string, Evidence: object, more: object = {}): Promise<Tested> {
  return (await ask({ RoleArn: roleArn(role), Evidence, ...more })) as unknown as Tested;
}

function token(more: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: 'sts', sub: 'repo:acme/app:ref:main', iat: now - 5, exp: now + 300, ...more };
  return signToken(key, claims);
}

async function isAssumed(role: string, WebIdentityToken: string): Promise<boolean> {
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: roleArn(role),
    RoleSessionName: 'ci-7',
    WebIdentityToken,
  });
  return await server
    .sts()
    .send(command)
    .then(
      () => true,
      () => false,
    );
}

const TAGS = { 'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] } } };

describe('a web identity token', () => {
  test.each([
    ['of the branch', {}],
    ['of another branch', { sub: 'repo:acme/app:ref:dev' }],
    ['with session tags', TAGS],
    ['for another audience', { aud: 'other' }],
    ['of an unknown issuer', { iss: 'https://unknown.internal' }],
  ])('%s: the answer is what AssumeRoleWithWebIdentity does, for every role', async (_title, more) => {
    const WebIdentityToken = await token(more);
    for (const role of ['open', 'main', 'tagging', 'named', 'office', 'other']) {
      const { Accepted } = await tested(role, { WebIdentityToken }, { RoleSessionName: 'ci-7' });
      expect([role, Accepted]).toEqual([role, await isAssumed(role, WebIdentityToken)]);
    }
  });

  test('TRAPS, "told only not authorized": the condition that failed is named with its value', async () => {
    const answer = await tested('main', { WebIdentityToken: await token({ sub: 'repo:acme@7/app@9:ref:main' }) });
    expect(answer.Decisions).toEqual([
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Allowed: false,
        Statements: [
          {
            Statement: 'Main',
            Effect: 'ALLOW',
            Matches: false,
            Mismatches: [
              {
                Part: 'CONDITION',
                Operator: 'StringEquals',
                Key: 'ci.internal:sub',
                Wanted: ['repo:acme/app:ref:main'],
                Actual: ['repo:acme@7/app@9:ref:main'],
              },
            ],
          },
        ],
      },
    ]);
  });

  test('that has expired is still explained; keys that only the call has are named', async () => {
    const now = Math.floor(Date.now() / 1000);
    const WebIdentityToken = await token({ iat: now - 7200, exp: now - 3600, ...TAGS });
    const answer = await tested('main', { WebIdentityToken });
    const checks = Object.fromEntries(answer.Checks.map(({ Name, Outcome }) => [Name, Outcome]));
    expect(checks).toMatchObject({ signature: 'PASSED', expiry: 'FAILED', audience: 'PASSED' });
    expect(answer).toMatchObject({
      Accepted: false,
      Identity: { ProviderArn: PROVIDER, Audience: 'sts', SessionTags: [{ Key: 'team', Value: 'blue' }] },
    });
    expect(answer.Decisions.map(({ Action, Allowed }) => [Action, Allowed])).toEqual([
      ['sts:AssumeRoleWithWebIdentity', true],
      ['sts:TagSession', false],
    ]);
    const wrong = await tested('main', {
      WebIdentityToken: await token({ iat: now - 7200, exp: now - 3600, aud: 'x' }),
    });
    expect(wrong.Checks.filter(({ Outcome }) => Outcome === 'FAILED').map(({ Name }) => Name)).toEqual([
      'expiry',
      'audience',
    ]);
    expect((await tested('office', { WebIdentityToken: await token() })).KeysOfCall).toEqual(['aws:SourceIp']);
    expect((await tested('named', { WebIdentityToken: await token() })).KeysOfCall).toEqual(['sts:RoleSessionName']);
  });

  test('a test counts in no metric, and the token is in no audit event', async () => {
    const count = async (): Promise<string> =>
      (await (await fetch(`${server.url}/metrics`)).text())
        .split('\n')
        .filter((line) => line.startsWith('rolecall_web_identity_refusals_total{'))
        .join();
    const before = await count();
    const WebIdentityToken = await token({ aud: 'other' });
    await tested('main', { WebIdentityToken });
    expect(await count()).toBe(before);
    expect(JSON.stringify(server.events)).not.toContain(WebIdentityToken.split('.')[1]);
    const events = server.events.filter(({ eventName }) => eventName === 'TestRoleLogin');
    expect(events.at(-1)?.request).toMatchObject({ Evidence: { WebIdentityToken: '[redacted]' } });
  });
});

describe('a SAML assertion', () => {
  const response = (subject: string, now: number, role = 'staff'): string => {
    const attributes = { Role: [`${roleArn(role)},${SAML_PROVIDER}`], RoleSessionName: ['alice'] };
    const recipient = 'https://id.example.com/saml';
    const assertion = assertionXml({ id: unique('_'), now, recipient, attributes, nameId: nameIdOf(subject) });
    return base64(signed(responseXml(assertion, { now }), 'Assertion', SAML_KEY));
  };
  const evidence = (Assertion: string) => ({ Saml: { ProviderArn: SAML_PROVIDER, Assertion } });

  test('is not used up; the condition that fails is named', async () => {
    const good = response('person-2', Date.now());
    expect(await tested('staff', evidence(good))).toMatchObject({ Accepted: true, KeysOfCall: [] });
    const call = { RoleArn: roleArn('staff'), PrincipalArn: SAML_PROVIDER, SAMLAssertion: good };
    await server.sts().send(new AssumeRoleWithSAMLCommand(call));
    const refused = await tested('staff', evidence(response('person-1', Date.now())));
    expect(refused).toMatchObject({
      Accepted: false,
      Decisions: [{ Statements: [{ Mismatches: [{ Key: 'saml:sub', Wanted: ['person-2'], Actual: ['person-1'] }] }] }],
    });
    expect((await tested('staff', evidence(response('person-2', Date.now(), 'other')))).Checks).toContainEqual(
      expect.objectContaining({ Name: 'role-pair', Outcome: 'FAILED' }),
    );
  });

  test('that has expired is still explained, one that is forged is not', async () => {
    const old = await tested('staff', evidence(response('person-1', Date.now() - 3_600_000)));
    expect(old).toMatchObject({ Accepted: false, Decisions: [{ Allowed: false }] });
    expect(old.Checks[0]).toMatchObject({
      Outcome: 'FAILED',
      Detail: expect.stringMatching(/expired|within 5 minutes/),
    });
    const forged = base64(
      Buffer.from(response('person-1', Date.now()), 'base64').toString().replace('person-1', 'person-2'),
    );
    const { Decisions, Checks } = await tested('staff', evidence(forged));
    expect([Decisions, Checks[0]?.Name]).toEqual([[], 'signature']);
  });
});

test('[S46] needs permission for the test and for the role', async () => {
  const input = { RoleArn: roleArn('main'), Evidence: { WebIdentityToken: await token() } };
  const half = await makeUser(server, 'half', allow('rolecall:TestRoleLogin', roleArn('main')));
  expect((await ask(input, half))['message']).toContain('iam:GetRole');
  const whole = await makeUser(server, 'whole', allow(['rolecall:TestRoleLogin', 'iam:GetRole'], roleArn('main')));
  expect((await ask(input, whole))['Accepted']).toBe(true);
  expect((await ask({ ...input, RoleArn: roleArn('open') }, whole))['__type']).toBe('AccessDeniedException');
  const foreign = 'arn:aws:iam::999988887777:role/main';
  expect((await ask({ ...input, RoleArn: foreign }))['__type']).toBe('AccessDeniedException');
  expect((await ask({ ...input, RoleArn: roleArn('missing') }))['__type']).toBe('NoSuchRoleException');
  expect((await ask({ ...input, Evidence: {} }))['message']).toContain('exactly one of WebIdentityToken, Saml');
});

describe('TRAPS, "told only not authorized": the audit event names the clause, the caller learns nothing', () => {
  /** The decision on a refused call, by a value that did not match. Repeats are audited together, a second later. */
  async function denied(key: string, actual: string) {
    const find = () =>
      server.events.find(({ decision }) =>
        decision?.closest?.unmet.some((part) => part.key === key && String(part.actual).startsWith(actual)),
      );
    await until(() => find() !== undefined);
    return find()?.decision;
  }

  test('of a web identity', async () => {
    const assume = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn('main'),
      RoleSessionName: 'ci-7',
      WebIdentityToken: await token({ sub: `repo:acme/app:${'long'.repeat(100)}` }),
    });
    const { message } = await refusal(server.sts().send(assume));
    expect(message).toBe('Not authorized to perform sts:AssumeRoleWithWebIdentity');
    expect(await denied('ci.internal:sub', 'repo:acme/app:long')).toMatchObject({
      layer: 'trust',
      cause: 'no-allow',
      closest: {
        statement: 'Main',
        unmet: [
          {
            part: 'condition',
            operator: 'StringEquals',
            key: 'ci.internal:sub',
            wanted: ['repo:acme/app:ref:main'],
            actual: expect.stringMatching(/^.{200}…$/),
          },
        ],
      },
    });
  });

  test('of a SAML login', async () => {
    const now = Date.now();
    const attributes = { Role: [`${roleArn('staff')},${SAML_PROVIDER}`], RoleSessionName: ['alice'] };
    const recipient = 'https://id.example.com/saml';
    const assertion = assertionXml({ id: unique('_'), now, recipient, attributes });
    const SAMLAssertion = base64(signed(responseXml(assertion, { now }), 'Assertion', SAML_KEY));
    const call = { RoleArn: roleArn('staff'), PrincipalArn: SAML_PROVIDER, SAMLAssertion };
    await refusal(server.sts().send(new AssumeRoleWithSAMLCommand(call)));
    const decision = await denied('saml:sub', 'person-1');
    expect(decision?.closest?.unmet).toMatchObject([{ operator: 'StringEquals', wanted: ['person-2'] }]);
  });
});
