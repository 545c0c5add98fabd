import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { ISSUER_SHAPES, type IssuerShape } from './issuer-shapes.ts';
import { makeRole, refusal, roleArn, trust } from './people.ts';

/** The issuers cannot be asked in a test: their keys are a file of the operator, and their tokens are made here in their documented shapes. */
const directory = temporaryDirectory();
let server: InProcessServer;
let key: IssuerKey;

const arnOf = ({ issuer }: IssuerShape): string =>
  `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${issuer.replace('https://', '')}`;
const roleOf = ({ name }: IssuerShape): string => name.replaceAll(' ', '-');

beforeAll(async () => {
  key = await makeKey('k1');
  const jwksFile = join(directory.path, 'keys.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
  const names = [...new Set(ISSUER_SHAPES.map(({ issuer }) => issuer))];
  const config = join(directory.path, 'rolecall.json');
  const issuers = names.map((issuer) => ({ issuer, jwksFile }));
  writeFileSync(config, JSON.stringify({ federation: { webIdentity: { issuers } } }));
  server = await startInProcess({ ROLECALL_CONFIG: config });
  for (const Url of names) {
    const ClientIDList = [...(ISSUER_SHAPES.find(({ issuer }) => issuer === Url)?.clientIds ?? [])];
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
  }
  for (const shape of ISSUER_SHAPES) {
    const actions = ['sts:AssumeRoleWithWebIdentity', ...(shape.actions ?? [])];
    const document = trust({ Federated: arnOf(shape) }, { Condition: shape.condition }, actions);
    await makeRole(server, roleOf(shape), { trust: document });
  }
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

async function assume(shape: IssuerShape, more: JWTPayload = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: shape.issuer, iat: now - 5, exp: now + 300, ...shape.claims, ...more };
  const WebIdentityToken = await signToken(key, claims);
  const RoleArn = roleArn(roleOf(shape));
  return server.sts().send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'job', WebIdentityToken }));
}

test.each(ISSUER_SHAPES.map((shape) => [shape.name, shape] as const))('a token of %s', async (_name, shape) => {
  expect(await assume(shape)).toMatchObject({
    SubjectFromWebIdentityToken: shape.claims.sub,
    Provider: arnOf(shape),
    Audience: shape.audience,
  });
  expect((await refusal(assume(shape, shape.denied))).name).toBe('AccessDenied');
  const otherAudience = { aud: 'stranger', azp: undefined } as unknown as JWTPayload;
  expect(await refusal(assume(shape, otherAudience))).toEqual({
    name: 'InvalidIdentityToken',
    message: 'Incorrect token audience',
  });
});
