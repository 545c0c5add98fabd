import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, type Issued, openTestAuthorities } from '../../harness/test-authority.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import {
  type Answer,
  CERTIFICATES,
  ISSUER,
  json,
  MINIO_ARN,
  makeMinioRoles,
  PLUGIN,
  PROVIDER,
  PROXY,
  postQuery,
  type Sending,
  startWebhook,
  type Webhook,
  type WebhookRequest,
} from './minio-scene.ts';
import { makeRole, roleArn, trust } from './people.ts';

/** The STS operations for clients of MinIO. The proxy is 127.0.0.2, a stand-in; a real nginx is in test/clients. */

const directory = temporaryDirectory();
const { at, issue } = openTestAuthorities(directory.path);
let server: InProcessServer;
let key: IssuerKey;
let webhook: Webhook;
let client: Issued;
/** What the webhook was asked, and how it answers. */
const asked: WebhookRequest[] = [];
let answer: (token: string, response: ServerResponse) => void;

beforeAll(async () => {
  key = await makeKey('k1');
  webhook = await startWebhook((request, response) => {
    asked.push(request);
    answer(request.token, response);
  });
  issue('root', undefined, { extensions: authority() });
  client = issue('client', 'root', { subject: '/CN=backup job\\/7' });
  const jwksFile = join(directory.path, 'keys.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  writeFileSync(at('authorization'), 'Bearer of the plugin\n');
  const minio = {
    webIdentity: [{ issuer: ISSUER, defaultRole: roleArn('grants') }],
    certificate: { defaultRole: roleArn('certificate'), caFile: at('root.pem'), revocation: 'none' },
    customToken: {
      defaultRole: roleArn('custom'),
      url: `${webhook.url}/check?tenant=a`,
      authorizationFile: at('authorization'),
      allowPrivateNetworks: true,
    },
    roleArns: { [MINIO_ARN]: roleArn('custom') },
  };
  const config = join(directory.path, 'rolecall.json');
  writeFileSync(
    config,
    JSON.stringify({ federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile }] }, minio } }),
  );
  server = await startInProcess({ ROLECALL_CONFIG: config, ROLECALL_TRUSTED_PROXIES: PROXY });
  await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['storage'] }));
  await makeMinioRoles(server);
});
afterAll(async () => {
  await server.close();
  await webhook.close();
  directory.remove();
});

const call = (parameters: Readonly<Record<string, string>>, sending: Sending = {}) =>
  postQuery(server.url, parameters, sending);

/** Who the credentials of an answer belong to. */
async function callerOf({ element }: Answer): Promise<string | undefined> {
  const session = {
    accessKeyId: element('AccessKeyId') ?? '',
    secretAccessKey: element('SecretAccessKey') ?? '',
    sessionToken: element('SessionToken') ?? '',
  };
  return (await server.sts(session).send(new GetCallerIdentityCommand({}))).Arn;
}

const sessionArn = (role: string, name: string): string => `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/${name}`;
const secondsLeft = ({ element }: Answer): number =>
  Math.round((Date.parse(element('Expiration') ?? '') - Date.now()) / 1000);
const lastEvent = (name: string) => server.events.findLast(({ eventName }) => eventName === name);

const claimsOf = (more: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: 'storage', sub: 'service:backup', iat: now - 5, exp: now + 300, ...more };
};
const tokenOf = (more: JWTPayload = {}, header: object = {}) => signToken(key, claimsOf(more), header);

describe('AssumeRoleWithClientGrants', () => {
  const grants = async (Token: string, more: object = {}) =>
    call({ Action: 'AssumeRoleWithClientGrants', Token, ...more });

  test('[MinIO STS API] opens a session of the default role for an access token', async () => {
    for (const header of [{}, { typ: 'at+jwt' }]) {
      const given = await grants(await tokenOf({}, header), { DurationSeconds: '900' });
      expect(given.text).toContain(
        '<AssumeRoleWithClientGrantsResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithClientGrantsResult>',
      );
      expect(given.element('SubjectFromClientGrantsToken')).toBe('service:backup');
      expect(given.element('Audience')).toBe('storage');
      expect(given.element('Provider')).toBe(PROVIDER);
      expect(await callerOf(given)).toBe(sessionArn('grants', 'service=3Abackup'));
      expect(Math.abs(secondsLeft(given) - 900)).toBeLessThan(60);
    }
  });

  test('a longer session than the role permits is shortened; other values are refused', async () => {
    const token = await tokenOf();
    expect(Math.abs(secondsLeft(await grants(token, { DurationSeconds: '604800' })) - 7200)).toBeLessThan(60);
    expect((await grants(token, { DurationSeconds: '60' })).code).toBe('ValidationError');
    expect((await grants(token, { DurationSeconds: '31536001' })).code).toBe('ValidationError');
    expect((await grants(token, { Policy: '{}' })).code).toBe('MalformedPolicyDocument');
  });

  test('needs an action of its own: a role that trusts web identity does not trust access tokens', async () => {
    expect((await grants(await tokenOf(), { RoleArn: roleArn('web') })).code).toBe('AccessDenied');
    const asWeb = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn('web'),
      RoleSessionName: 'job',
      WebIdentityToken: await tokenOf({}, { typ: 'at+jwt' }),
    });
    await expect(server.sts().send(asWeb)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  });

  test.each<[string, JWTPayload, object, string]>([
    ['expired', { iat: 1, exp: 2 }, {}, 'ExpiredTokenException'],
    ['for another audience', { aud: 'other' }, {}, 'InvalidIdentityToken'],
    ['of an issuer without a default role', { iss: 'https://other.internal' }, {}, 'ValidationError'],
    ['that is a logout token', {}, { typ: 'logout+jwt' }, 'InvalidIdentityToken'],
  ])('a token %s is refused', async (_name, claims, header, code) => {
    expect((await grants(await tokenOf(claims, header))).code).toBe(code);
  });

  test('this server’s own access tokens are refused', async () => {
    const own = await signToken(key, claimsOf({ iss: `${server.url}/oidc` }), { typ: 'at+jwt' });
    expect((await grants(own, { RoleArn: roleArn('grants') })).code).toBe('InvalidIdentityToken');
  });

  test('TokenRevokeType becomes a session tag, which a policy can deny', async () => {
    const given = await grants(await tokenOf(), { TokenRevokeType: 'night-shift' });
    expect(given.element('PackedPolicySize')).toBeDefined();
    expect(lastEvent('AssumeRoleWithClientGrants')?.request).toMatchObject({
      TokenRevokeType: 'night-shift',
      Token: '[redacted]',
    });
    const twice = await tokenOf({ 'https://aws.amazon.com/tags/principal_tags/tokenrevoketype': 'x' });
    expect((await grants(twice, { TokenRevokeType: 'night-shift' })).code).toBe('InvalidParameterValue');
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const web = async (more: object = {}) =>
    call({ Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: await tokenOf(), ...more });

  test('without RoleArn assumes the default role of the issuer, whose trust policy must allow it', async () => {
    expect((await web()).code).toBe('AccessDenied');
    expect(await callerOf(await web({ RoleArn: roleArn('web'), RoleSessionName: 'job' }))).toBe(
      sessionArn('web', 'job'),
    );
    const unnamed = await web({ RoleArn: roleArn('web') });
    expect(unnamed.element('Message')).toMatch(/Value null at &apos;roleSessionName&apos;/);
  });
});

describe('AssumeRoleWithCertificate', () => {
  const header = (issued: Issued = client) => ({ 'x-client-certificate': encodeURIComponent(issued.pem) });
  const certify = (
    more: Readonly<Record<string, string>> = {},
    sending: Sending = { headers: header(), from: PROXY },
  ) => call({ Action: 'AssumeRoleWithCertificate', ...more }, sending);

  test('[MinIO STS API] opens a session that bears the common name', async () => {
    const given = await certify({ DurationSeconds: '3600' });
    expect(given.text).toContain('<AssumeRoleWithCertificateResult><Credentials><AccessKeyId>');
    expect(await callerOf(given)).toBe(sessionArn('certificate', 'backup=20job=2F7'));
    expect(lastEvent('AssumeRoleWithCertificate')).toMatchObject({
      outcome: 'allowed',
      accountId: ACCOUNT_ID,
      actor: { type: 'Certificate', principalId: `${CERTIFICATES}:backup job/7`, identityProvider: CERTIFICATES },
      authentication: { method: 'certificate' },
    });
  });

  test('the trust policy tests the certificate', async () => {
    expect((await certify({ RoleArn: roleArn('only-backups') })).status).toBe(200);
    expect((await certify({ RoleArn: roleArn('only-others') })).code).toBe('AccessDenied');
    expect((await certify({ RoleArn: roleArn('custom') })).code).toBe('AccessDenied');
  });

  test('[S49] the header of any other sender is ignored, also behind forged forwarding headers', async () => {
    const forged = { ...header(), 'x-forwarded-for': PROXY, forwarded: `for=${PROXY}` };
    const refused = await certify({}, { headers: forged });
    expect(refused.code).toBe('InvalidIdentityToken');
    expect(lastEvent('AssumeRoleWithCertificate')).toMatchObject({
      errorMessage: 'check failed: presented: the request did not come from a trusted proxy',
    });
  });

  test('two values, no value and another spelling are refused', async () => {
    const value = encodeURIComponent(client.pem);
    const forms: Sending['headers'][] = [
      { 'x-client-certificate': [value, value] },
      {},
      { x_client_certificate: value },
      { 'x-client-certificate': '' },
    ];
    for (const headers of forms) {
      expect((await certify({}, { headers: headers ?? {}, from: PROXY })).code).toBe('InvalidIdentityToken');
    }
  });

  test('the session ends with the certificate', async () => {
    const short = issue('short', 'root', { days: 1 });
    server.advance(86_400_000 - 1_800_000);
    const given = await certify({}, { headers: header(short), from: PROXY });
    const left = (Date.parse(given.element('Expiration') ?? '') - (Date.now() + 86_400_000 - 1_800_000)) / 1000;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(1800);
    server.advance(1_800_000 - 86_400_000);
  });

  test('counts refusals by the check that failed', async () => {
    issue('stranger', undefined);
    await certify(
      {},
      {
        headers: { 'x-client-certificate': encodeURIComponent(readFileSync(at('stranger.pem'), 'utf8')) },
        from: PROXY,
      },
    );
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/rolecall_outside_identity_refusals_total\{check="chain"[^}]*\} 1/);
  });
});

describe('AssumeRoleWithCustomToken', () => {
  const custom = (Token: string, more: Readonly<Record<string, string>> = {}) =>
    call({ Action: 'AssumeRoleWithCustomToken', Token, ...more });
  const accept = (body: object) => {
    answer = (_token, response) => json(response, 200, { user: 'Alice', maxValiditySeconds: 1800, ...body });
  };

  test('[MinIO identity management plugin] asks the webhook, and opens a session no longer than it permits', async () => {
    accept({ claims: { groups: ['day', 'night'] } });
    asked.length = 0;
    const given = await custom('opaque & secret', { DurationSeconds: '86400', RoleArn: MINIO_ARN });
    expect(given.element('AssumedUser')).toBe('custom:Alice');
    expect(await callerOf(given)).toBe(sessionArn('custom', 'Alice'));
    expect(Math.abs(secondsLeft(given) - 1800)).toBeLessThan(60);
    expect(asked).toMatchObject([
      { url: '/check?tenant=a&token=opaque+%26+secret', method: 'POST', authorization: 'Bearer of the plugin' },
    ]);
    expect((await custom('x', { RoleArn: roleArn('groups') })).status).toBe(200);
    accept({ claims: { groups: ['day'] } });
    expect((await custom('x', { RoleArn: roleArn('groups') })).code).toBe('AccessDenied');
  });

  test('a reason of the webhook reaches the caller, but not the audit log', async () => {
    answer = (token, response) => json(response, 403, { reason: `token ${token}\u0007 has expired` });
    const given = await custom('secret-1');
    expect(given.code).toBe('IDPRejectedClaim');
    expect(given.element('Message')).toBe('The identity provider rejected the token: token secret-1  has expired');
    expect(JSON.stringify(lastEvent('AssumeRoleWithCustomToken'))).not.toContain('secret-1');
    expect(lastEvent('AssumeRoleWithCustomToken')).toMatchObject({
      outcome: 'refused',
      errorMessage: 'check failed: rejected',
    });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => json(response, 500, {})],
    ['a redirect, which is not followed', (response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['no JSON', (response) => void response.end('yes')],
    ['no user', (response) => json(response, 200, { maxValiditySeconds: 900 })],
    ['a user with control characters', (response) => json(response, 200, { user: 'a\nb', maxValiditySeconds: 900 })],
    ['too short a validity', (response) => json(response, 200, { user: 'Alice', maxValiditySeconds: 1 })],
    ['too much', (response) => json(response, 200, { user: 'Alice', maxValiditySeconds: 900, x: 'x'.repeat(70_000) })],
    ['a closed connection', (response) => void response.destroy()],
  ])('%s refuses the token', async (_name, respond) => {
    answer = (_token, response) => respond(response);
    asked.length = 0;
    const given = await custom('secret-2');
    expect(given.code).toBe('IDPCommunicationError');
    expect(given.text).not.toContain('secret-2');
    expect(asked).toHaveLength(1);
    const event = lastEvent('AssumeRoleWithCustomToken');
    expect(event?.errorMessage).toMatch(/^check failed: webhook: /);
    expect(JSON.stringify(event)).not.toContain('secret-2');
  });
});

describe('an outside identity', () => {
  test('[S45] sets no aws: key but those of tags and the source identity', async () => {
    const keys = [
      'aws:SourceIp',
      'aws:PrincipalArn',
      'aws:PrincipalAccount',
      'aws:username',
      'aws:userid',
      'sts:ExternalId',
      'aws:MultiFactorAuthPresent',
      'iam:ResourceTag/x',
      'saml:sub',
    ];
    const claims = Object.fromEntries(
      keys.flatMap((name) => [
        [name, 'spoofed'],
        [name.toLowerCase(), 'spoofed'],
      ]),
    );
    const nested = { aws: { SourceIp: 'spoofed' }, 'x:aws:SourceIp': 'spoofed' };
    answer = (_token, response) =>
      json(response, 200, {
        user: 'Alice',
        maxValiditySeconds: 900,
        claims: { ...claims, ...nested, sub: 'admin', exp: 1, parent: 'root' },
      });
    for (const [index, name] of keys.entries()) {
      for (const [Federated, action] of [
        [PLUGIN, 'AssumeRoleWithCustomToken'],
        [PROVIDER, 'AssumeRoleWithClientGrants'],
      ] as const) {
        const role = `spoof-${index}-${action.length}`;
        const condition = { StringEquals: { [name]: 'spoofed' } };
        await makeRole(server, role, { trust: trust({ Federated }, { Condition: condition }, `sts:${action}`) });
        const Token = action === 'AssumeRoleWithClientGrants' ? await tokenOf({ ...claims, ...nested }) : 'x';
        expect((await call({ Action: action, Token, RoleArn: roleArn(role) })).code).toBe('AccessDenied');
      }
    }
    const tagged = {
      'https://aws.amazon.com/tags/principal_tags/team': 'blue',
      'https://aws.amazon.com/source_identity': 'alice',
    };
    answer = (_token, response) => json(response, 200, { user: 'Alice', maxValiditySeconds: 900, claims: tagged });
    const condition = {
      StringEquals: { 'aws:RequestTag/team': 'blue', 'sts:SourceIdentity': 'alice' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' },
    };
    const actions = ['sts:AssumeRoleWithCustomToken', 'sts:TagSession', 'sts:SetSourceIdentity'];
    await makeRole(server, 'by-tag', { trust: trust({ Federated: PLUGIN }, { Condition: condition }, actions) });
    const given = await call({ Action: 'AssumeRoleWithCustomToken', Token: 'x', RoleArn: roleArn('by-tag') });
    expect(given.element('SourceIdentity')).toBe('alice');
  });

  test('cannot be trusted by a wildcard of accounts', async () => {
    answer = (_token, response) => json(response, 200, { user: 'Alice', maxValiditySeconds: 900 });
    await makeRole(server, 'everyone', { trust: trust({ AWS: '*' }, {}, 'sts:AssumeRoleWithCustomToken') });
    expect((await call({ Action: 'AssumeRoleWithCustomToken', Token: 'x', RoleArn: roleArn('everyone') })).code).toBe(
      'AccessDenied',
    );
  });
});

test('without a configuration, each operation says what is missing; a reload brings and takes it', async () => {
  const config = join(directory.path, 'reloaded.json');
  const configure = (minio: object): void =>
    writeFileSync(
      config,
      JSON.stringify({
        federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile: at('keys.json') }] }, minio },
      }),
    );
  configure({});
  const bare = await startInProcess({ ROLECALL_CONFIG: config, ROLECALL_TRUSTED_PROXIES: PROXY });
  const byCertificate = () =>
    call(
      { Action: 'AssumeRoleWithCertificate' },
      { url: bare.url, from: PROXY, headers: { 'x-client-certificate': encodeURIComponent(client.pem) } },
    );
  try {
    const refusals = [
      ['AssumeRoleWithClientGrants', 'webIdentity'],
      ['AssumeRoleWithCertificate', 'certificate'],
      ['AssumeRoleWithCustomToken', 'customToken'],
      ['AssumeRoleWithLDAPIdentity', 'ldap'],
    ] as const;
    for (const [Action, setting] of refusals) {
      const given = await call(
        { Action, Token: await tokenOf(), LDAPUsername: 'alice', LDAPPassword: 'secret-3' },
        { url: bare.url, headers: { 'x-client-certificate': 'x' } },
      );
      expect(given.code).toBe('ValidationError');
      expect(given.element('Message')).toContain(`setting federation.minio.${setting}`);
    }
    const web = { Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: await tokenOf() };
    expect((await call(web, { url: bare.url })).element('Message')).toBe(
      '2 validation errors detected: ' +
        ['roleArn', 'roleSessionName']
          .map((name) => `Value null at &apos;${name}&apos; failed to satisfy constraint: Member must not be null`)
          .join('; '),
    );

    await bare.iam().send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['storage'] }));
    await makeMinioRoles(bare);
    const certificate = { defaultRole: roleArn('certificate'), caFile: at('root.pem'), revocation: 'none' };
    const webIdentity = [{ issuer: ISSUER, defaultRole: roleArn('web') }];
    configure({ certificate, webIdentity });
    await bare.reload();
    expect((await byCertificate()).status).toBe(200);
    expect((await call(web, { url: bare.url })).status).toBe(200);
    configure({ certificate: { ...certificate, caFile: at('no-such-file.pem') } });
    await expect(bare.reload()).rejects.toThrow('no-such-file.pem cannot be used');
    expect((await byCertificate()).status).toBe(200);
    configure({});
    await bare.reload();
    expect((await byCertificate()).element('Message')).toContain('setting federation.minio.certificate');
    expect((await call(web, { url: bare.url })).element('Message')).toMatch(/^2 validation errors detected/);
  } finally {
    await bare.close();
  }
});
