import { AssumeRoleWithWebIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

let server: InProcessServer;
let token: string;
beforeAll(async () => {
  server = await startInProcess();
  const { Credentials } = await server.sts().send(new GetSessionTokenCommand({}));
  token = Credentials?.SessionToken ?? '';
});
afterAll(() => server.close());

const keySet = async () =>
  (await (await fetch(`${server.url}/oidc/jwks`)).json()) as { keys: Record<string, unknown>[] };

test('[S19] a service verifies a session token with the key set of the issuer', async () => {
  const keys = createRemoteJWKSet(new URL(`${server.url}/oidc/jwks`));
  const { payload } = await jwtVerify(token, keys, {
    issuer: server.url,
    typ: 'rolecall-session+jwt',
    algorithms: ['EdDSA'],
  });
  expect(payload).toMatchObject({ sub: `arn:aws:iam::${ACCOUNT_ID}:user/admin`, acct: ACCOUNT_ID });
});

test('[S19] the key set contains each public key once, and no private part', async () => {
  const { keys } = await keySet();
  const kids = keys.map(({ kid }) => kid);
  expect(new Set(kids).size).toBe(kids.length);
  expect(kids).toContain(decodeProtectedHeader(token).kid);
  for (const key of keys) {
    const { use } = key as { readonly use?: unknown };
    expect(key).toMatchObject({
      kid: expect.any(String),
      ...(use !== 'enc' && { use: 'sig', alg: expect.any(String) }),
    });
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
  }
});

test('the issuer announces no algorithm for the session keys, and does not sign with them', async () => {
  const { keys } = await keySet();
  // One key of each algorithm of the issuer, and that of session tokens.
  expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'EdDSA', 'PS256', 'RS256']);
});

test('a session token is not an ID token: STS accepts it for no role', async () => {
  const exchange = new AssumeRoleWithWebIdentityCommand({
    RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/any`,
    RoleSessionName: 'stolen',
    WebIdentityToken: token,
  });
  await expect(server.sts().send(exchange)).rejects.toThrow(/Not authorized|token|issuer/i);
});
