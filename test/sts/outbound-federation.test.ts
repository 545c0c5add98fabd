import {
  CreateOpenIDConnectProviderCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { account, allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

const AUDIENCE = 'https://api.example.com';
const GET = 'sts:GetWebIdentityToken';
const AWS = 'https://sts.amazonaws.com/';
const DAY = 86_400_000;

let server: InProcessServer;
let alice: Key;
let issuer: string;

const ask = (wishes: Partial<GetWebIdentityTokenCommandInput> = {}, key?: Key) =>
  server.sts(key).send(new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: 'RS256', ...wishes }));
const tokenOf = async (wishes: Partial<GetWebIdentityTokenCommandInput> = {}, key?: Key) =>
  (await ask(wishes, key)).WebIdentityToken ?? '';
const get = (path: string) => fetch(`${issuer}/.well-known/${path}`);
const keysOf = async () => ((await (await get('jwks.json')).json()) as JSONWebKeySet).keys;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allow('*'));
  await server.iam().send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'team', Value: 'blue' }] }));
});
afterAll(() => server.close());

describe('outbound federation', () => {
  test('is off at first: the errors say so', async () => {
    const off = { name: 'FeatureDisabled' };
    expect(await refusal(server.iam().send(new GetOutboundWebIdentityFederationInfoCommand({})))).toMatchObject(off);
    expect(await refusal(server.iam().send(new DisableOutboundWebIdentityFederationCommand({})))).toMatchObject(off);
    expect(await refusal(ask())).toMatchObject({ name: 'OutboundWebIdentityFederationDisabled' });
  });

  test('has an issuer at a random address, which stays after it was disabled', async () => {
    const enable = () => server.iam().send(new EnableOutboundWebIdentityFederationCommand({}));
    issuer = (await enable()).IssuerIdentifier ?? '';
    expect(issuer).toMatch(new RegExp(`^${server.url}/outbound/[0-9a-f]{32}$`));
    expect((await refusal(enable())).name).toBe('FeatureEnabled');
    await server.iam().send(new DisableOutboundWebIdentityFederationCommand({}));
    expect((await refusal(ask())).name).toBe('OutboundWebIdentityFederationDisabled');
    // Tokens that were issued stay valid.
    expect((await get('jwks.json')).status).toBe(200);
    expect((await enable()).IssuerIdentifier).toBe(issuer);
    const info = await server.iam().send(new GetOutboundWebIdentityFederationInfoCommand({}));
    expect(info).toMatchObject({ IssuerIdentifier: issuer, JwtVendingEnabled: true });
  });

  test('publishes a discovery document and keys of its own', async () => {
    const discovery = await get('openid-configuration');
    expect(await discovery.json()).toMatchObject({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    });
    expect(discovery.headers.get('access-control-allow-origin')).toBe('*');
    const own = await keysOf();
    expect(own.map(({ kty, alg, use, crv }) => [kty, alg, use, crv])).toEqual([
      ['RSA', 'RS256', 'sig', undefined],
      ['EC', 'ES384', 'sig', 'P-384'],
    ]);
    expect(own.every((key) => key.d === undefined && key.p === undefined)).toBe(true);
    const oidc = (await (await fetch(`${server.url}/oidc/jwks`)).json()) as JSONWebKeySet;
    expect(oidc.keys.map(({ kid }) => kid)).not.toContain(own[0]?.kid);
    const unknown = `${server.url}/outbound/${'0'.repeat(32)}/.well-known/jwks.json`;
    expect((await fetch(unknown)).status).toBe(404);
    expect((await fetch(`${issuer}/.well-known/jwks.json`, { method: 'POST' })).status).toBe(405);
  });

  test.each(['RS256', 'ES384'])('a token says who the caller is: %s', async (SigningAlgorithm) => {
    const Tags = [{ Key: 'job-id', Value: 'j1' }];
    const { WebIdentityToken = '', Expiration } = await ask({ SigningAlgorithm, Tags, DurationSeconds: 900 }, alice);
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(WebIdentityToken, keys, { issuer, audience: AUDIENCE });
    expect(protectedHeader).toEqual({ alg: SigningAlgorithm, kid: expect.any(String), typ: 'JWT' });
    expect(payload).toEqual({
      iss: issuer,
      aud: AUDIENCE,
      sub: userArn('alice'),
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 900,
      jti: expect.stringMatching(/^[0-9a-f]{32}$/),
      [AWS]: {
        aws_account: ACCOUNT_ID,
        source_region: 'eu-central-1',
        principal_id: userArn('alice'),
        principal_tags: { team: 'blue' },
        request_tags: { 'job-id': 'j1' },
      },
    });
    expect(Expiration?.getTime()).toBe((payload.exp ?? 0) * 1000);
  });

  test('of a role session, the subject is the role; the token does not outlive it', async () => {
    const RoleArn = await makeRole(server, 'worker', {
      trust: trust(account, {}, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
      policy: allow('*'),
    });
    const { Credentials } = await server.sts(alice).send(
      new AssumeRoleCommand({
        ...{ RoleArn, RoleSessionName: 'session', SourceIdentity: 'alice', DurationSeconds: 900 },
        Tags: [{ Key: 'stage', Value: 'test' }],
      }),
    );
    const session = keyOf(Credentials);
    const claims = decodeJwt(await tokenOf({ Audience: ['a', 'b'] }, session));
    expect(claims).toMatchObject({
      ...{ sub: roleArn('worker'), aud: ['a', 'b'] },
      [AWS]: {
        principal_id: roleArn('worker'),
        principal_tags: { stage: 'test' },
        source_identity: 'alice',
        original_session_exp: Credentials?.Expiration?.toISOString().replace('.000', ''),
      },
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
    expect(await refusal(ask({ DurationSeconds: 3600 }, session))).toMatchObject({ name: 'SessionDurationEscalation' });
  });

  test('more tags than fit are refused, and so are other algorithms', async () => {
    const Tags = Array.from({ length: 40 }, (_, i) => ({ Key: `key${i}`, Value: 'x'.repeat(200) }));
    expect((await refusal(ask({ Tags }))).name).toBe('JWTPayloadSizeExceeded');
    for (const SigningAlgorithm of ['ES256', 'HS256', 'none']) {
      expect((await refusal(ask({ SigningAlgorithm }))).name).toBe('ValidationError');
    }
    expect((await refusal(ask({ Audience: [] }))).name).toBe('ValidationError');
    expect((await refusal(ask({ DurationSeconds: 59 }))).name).toBe('ValidationError');
  });

  test.each([
    ['sts:IdentityTokenAudience', 'ForAllValues:StringEquals', AUDIENCE, 'https://other.example'],
    ['sts:DurationSeconds', 'NumericLessThanEquals', '300', '299'],
    ['sts:SigningAlgorithm', 'StringEquals', 'RS256', 'ES384'],
  ])('%s decides who may ask for which token', async (key, operator, holds, fails) => {
    const bob = await makeUser(server, `by-${key.slice(4)}`);
    const permit = (value: string) =>
      server.iam().send(
        new PutUserPolicyCommand({
          ...{ UserName: `by-${key.slice(4)}`, PolicyName: 'own' },
          PolicyDocument: allow(GET, `arn:aws:sts::${ACCOUNT_ID}:self`, {
            Condition: { [operator]: { [key]: value } },
          }),
        }),
      );
    await permit(holds);
    await expect(ask({}, bob)).resolves.toBeDefined();
    const tagged = ask({ Tags: [{ Key: 'a', Value: 'b' }] }, bob);
    expect((await refusal(tagged)).message).toContain('perform: sts:TagGetWebIdentityToken');
    await permit(fails);
    expect((await refusal(ask({}, bob))).message).toContain(
      `perform: ${GET} on resource: arn:aws:sts::${ACCOUNT_ID}:self`,
    );
  });

  test('[S46] [S10] the token opens nothing here, until an account registers its issuer', async () => {
    const WebIdentityToken = await tokenOf({}, alice);
    const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${issuer.replace('http://', '')}`;
    const condition = { Condition: { StringEquals: { [`${issuer.replace('http://', '')}:sub`]: userArn('alice') } } };
    await makeRole(server, 'partner', {
      trust: trust({ Federated: provider }, condition, 'sts:AssumeRoleWithWebIdentity'),
    });
    const assume = () =>
      server.sts().send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn('partner'),
          RoleSessionName: 'partner-session',
          WebIdentityToken,
        }),
      );
    expect((await refusal(assume())).message).toContain('No OpenIDConnect provider found in your account');
    const bearer = { headers: { Authorization: `Bearer ${WebIdentityToken}` } };
    expect((await fetch(`${server.url}/oidc/me`, bearer)).status).toBe(401);
    const hint = await fetch(`${server.url}/oidc/session/end?id_token_hint=${WebIdentityToken}`);
    expect(hint.status).toBe(400);
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: [AUDIENCE] }));
    const key = keyOf((await assume()).Credentials);
    expect((await server.sts(key).send(new GetCallerIdentityCommand({}))).Arn).toContain(
      'assumed-role/partner/partner-session',
    );
    expect((await refusal(assumeWith(await tokenOf({ Audience: ['x'] }, alice)))).message).toBe(
      'Incorrect token audience',
    );
    const [head, , signature] = WebIdentityToken.split('.');
    const [, body] = (await tokenOf()).split('.');
    expect((await refusal(assumeWith(`${head}.${body}.${signature}`))).name).toBe('InvalidIdentityToken');
  });

  test('[S19] [S43] keys rotate: the next one is published a day ahead, the former one stays for two days, sealed', async () => {
    const before = await tokenOf({ SigningAlgorithm: 'ES384' });
    const kid = (token: string) => decodeProtectedHeader(token).kid;
    server.advance(29 * DAY + 60_000);
    const kids = (await keysOf()).map((key) => key.kid);
    expect(kids).toHaveLength(4);
    expect(kid(await tokenOf({ SigningAlgorithm: 'ES384' }))).toBe(kid(before));
    server.advance(DAY + 60_000);
    const after = await tokenOf({ SigningAlgorithm: 'ES384' });
    expect(kid(after)).not.toBe(kid(before));
    expect(kids).toContain(kid(after));
    expect((await keysOf()).map((key) => key.kid)).toContain(kid(before));
    server.advance(3 * DAY);
    expect((await keysOf()).map((key) => key.kid)).not.toContain(kid(before));
  });

  test('[S48] the record has the audience and the algorithm, and no token', async () => {
    const WebIdentityToken = await tokenOf({ Tags: [{ Key: 'a', Value: 'b' }] });
    const event = server.events.findLast(({ eventName }) => eventName === 'GetWebIdentityToken');
    expect(JSON.stringify(event)).toContain(AUDIENCE);
    expect(JSON.stringify(event)).not.toContain(WebIdentityToken.split('.')[2]);
  });
});

function assumeWith(WebIdentityToken: string) {
  const input = { RoleArn: roleArn('partner'), RoleSessionName: 'partner-session', WebIdentityToken };
  return server.sts().send(new AssumeRoleWithWebIdentityCommand(input));
}
