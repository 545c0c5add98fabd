import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { allow, keyOf, makeRole, refusal, roleArn, trust } from './people.ts';

/** Registered before such names were refused. */
const RESERVED = ['signin', 'saml', 'aws', 'sts', 'iam', 'login', 'rolecall', 'token'];
const ACTIONS = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];

const directory = temporaryDirectory();
let server: InProcessServer;
let key: IssuerKey;
let roles = 0;

beforeAll(async () => {
  key = await makeKey('k1');
  const jwksFile = join(directory.path, 'keys.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  const issuers = RESERVED.map((name) => ({ issuer: `https://${name}`, jwksFile }));
  const config = join(directory.path, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ federation: { webIdentity: { issuers } } }));
  let opened: Stores | undefined;
  server = await startInProcess({ ROLECALL_CONFIG: config }, (stores) => {
    opened = stores;
    return stores;
  });
  if (opened === undefined) throw new TypeError('no stores were opened');
  const { oidcProviders } = openIdentityStore(opened.collections);
  for (const url of RESERVED)
    await oidcProviders.insert({
      accountId: ACCOUNT_ID,
      arn: providerArn(url),
      url,
      clientIds: ['app'],
      thumbprints: [],
      createdAt: Date.now(),
      tags: [],
    });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

function providerArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${name}`;
}

async function assume(name: string, condition: object, more: JWTPayload, policy?: string) {
  roles += 1;
  const role = `role-${roles}`;
  await makeRole(server, role, {
    trust: trust({ Federated: providerArn(name) }, { Condition: condition }, ACTIONS),
    ...(policy !== undefined && { policy }),
  });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: `https://${name}`, aud: 'app', sub: 'eve', iat: now - 5, exp: now + 300, ...more };
  return await server.sts().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn(role),
      RoleSessionName: 'eve',
      WebIdentityToken: await signToken(key, claims),
    }),
  );
}

describe('[S45] the claims of an issuer that is named like a service', () => {
  test('come with a valid token, so that the refusals below are meaningful', async () => {
    await expect(assume('signin', {}, {})).resolves.toBeDefined();
  });

  test.each<[string, object, JWTPayload]>([
    ['signin', { StringEquals: { 'signin:Strength': 'phishing-resistant' } }, { Strength: 'phishing-resistant' }],
    ['signin', { StringEquals: { 'signin:Acr': 'phrh' } }, { acr: 'phrh' }],
    ['signin', { NumericLessThan: { 'signin:Age': '60' } }, { Age: 1 }],
    ['signin', { StringEquals: { 'signin:NotYetAKey': 'yes' } }, { notyetakey: 'yes' }],
    ['saml', { StringEquals: { 'saml:sub': 'eve' } }, {}],
    ['saml', { StringEquals: { 'saml:sub_type': 'persistent' } }, { sub_type: 'persistent' }],
    [
      'saml',
      { 'ForAnyValue:StringEquals': { 'saml:edupersonaffiliation': 'staff' } },
      { eduPersonAffiliation: ['staff'] },
    ],
    ['aws', { StringEquals: { 'aws:PrincipalTag/team': 'admins' } }, { 'PrincipalTag/team': 'admins' }],
    ['aws', { StringEquals: { 'aws:NotYetAKey': 'yes' } }, { NotYetAKey: 'yes' }],
    ['aws', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, { SourceIp: '192.0.2.1' }],
    ['sts', { StringEquals: { 'sts:ExternalId': 'secret' } }, { ExternalId: 'secret' }],
    ['iam', { StringEquals: { 'iam:ResourceTag/open': 'yes' } }, { 'ResourceTag/open': 'yes' }],
    ['login', { StringEquals: { 'login:sub': 'eve' } }, {}],
    ['rolecall', { StringEquals: { 'rolecall:role': 'admin' } }, { role: 'admin' }],
    ['token', { StringEquals: { 'token:aud': 'app' } }, {}],
  ])('of https://%s do not meet %j', async (name, condition, claims) => {
    expect(await refusal(assume(name, condition, claims))).toMatchObject({ name: 'AccessDenied' });
  });

  test('are no keys of the session either', async () => {
    const own = allow('iam:ListUsers', '*', { Condition: { StringEquals: { 'saml:sub': 'eve' } } });
    const { Credentials } = await assume('saml', {}, {}, own);
    const listing = server.iam(keyOf(Credentials)).send(new ListUsersCommand({}));
    expect(await refusal(listing)).toMatchObject({ name: 'AccessDenied' });
  });
});

describe('[S45] registering a provider', () => {
  const create = (Url: string) =>
    server.iam().send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['app'] }));

  test.each(['https://sso', 'https://EC2', 'https://Session'])('%s is refused', async (url) => {
    expect(await refusal(create(url))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(/its condition keys would begin with \w+:, as those of a service do/),
    });
  });

  test.each([
    'https://localhost:8080',
    'http://localhost:8081',
    'https://keycloak',
    'https://signin.example.com',
    'https://login:8443',
    'https://aws/oidc',
  ])('%s is accepted', async (url) => {
    await expect(create(url)).resolves.toBeDefined();
  });
});
