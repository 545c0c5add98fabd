import { createHmac, createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTPayload } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import {
  type IssuerKey,
  makeKey,
  type OutsideIssuer,
  signToken,
  startIssuer,
} from '../federation/web-identity/outside-issuer.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { makeRole, refusal, roleArn, trust } from './people.ts';

const directory = temporaryDirectory();
let server: InProcessServer;
let issuer: OutsideIssuer;
/** An issuer that the attacker runs, also registered in the account, but trusted by no role. */
let evil: OutsideIssuer;
let key: IssuerKey;
let attacker: IssuerKey;

beforeAll(async () => {
  [key, attacker] = [await makeKey('k1'), await makeKey('k1')];
  issuer = await startIssuer([key.jwk]);
  evil = await startIssuer([attacker.jwk]);
  const issuers = [issuer, evil].map(({ url }) => ({ issuer: url, allowPrivateNetworks: true }));
  const config = join(directory.path, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ federation: { webIdentity: { issuers } } }));
  server = await startInProcess({ ROLECALL_CONFIG: config });
  for (const { url: Url } of [issuer, evil]) {
    await server.iam().send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['app'] }));
  }
  const Federated = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/localhost:${issuer.port}`;
  await makeRole(server, 'trusting', { trust: trust({ Federated }, {}, 'sts:AssumeRoleWithWebIdentity') });
});
afterAll(async () => {
  await server.close();
  await Promise.all([issuer.close(), evil.close()]);
  directory.remove();
});

const assume = (WebIdentityToken: string) =>
  server
    .sts()
    .send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn('trusting'), RoleSessionName: 'job', WebIdentityToken }),
    );
const claims = (more: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer.url, aud: 'app', sub: 'job-1', iat: now - 5, exp: now + 300, ...more };
};
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('[S11] forged tokens', () => {
  test('a valid one is accepted, so that the refusals below are meaningful', async () => {
    await expect(assume(await signToken(key, claims()))).resolves.toBeDefined();
  });

  test.each<[string, () => Promise<string>]>([
    ['without a signature', async () => `${encode({ alg: 'none' })}.${encode(claims())}.`],
    ['with alg none and a signature', async () => `${encode({ alg: 'none', kid: 'k1' })}.${encode(claims())}.AAAA`],
    ['with alg nOnE', async () => `${encode({ alg: 'nOnE' })}.${encode(claims())}.`],
    ['signed with the public key as an HMAC secret (PEM)', async () => hmac(publicPem())],
    ['signed with the public key as an HMAC secret (JWK)', async () => hmac(JSON.stringify(key.jwk))],
    ['signed with another key under the known kid', () => signToken(attacker, claims())],
    [
      'signed with another key that it brings along (jwk)',
      async () => bring({ jwk: await exportJWK(publicOf(attacker)) }),
    ],
    ['that names its own keys (jku)', () => bring({ jku: `${evil.url}/keys` })],
    ['that names its own certificate (x5u)', () => bring({ x5u: `${evil.url}/certificate` })],
    ['that brings a certificate (x5c)', () => bring({ x5c: ['MIIB'] })],
    ['with an issuer that no provider can have', () => signToken(key, claims({ iss: `https://${'x'.repeat(9000)}` }))],
    ['of another issuer that claims to be this one', () => signToken(attacker, claims(), { kid: 'evil' })],
  ])('%s', async (_name, forge) => {
    const before = evil.asked.length;
    expect(await refusal(assume(await forge()))).toMatchObject({ name: 'InvalidIdentityToken' });
    expect(evil.asked).toHaveLength(before);
  });

  test('from a registered issuer, for a role that does not trust it', async () => {
    expect(await refusal(assume(await signToken(attacker, claims({ iss: evil.url }))))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test.each(['at+jwt', 'logout+jwt', 'DPoP+JWT', 'secevent+jwt'])('a JWT of another kind: %s', async (typ) => {
    expect((await refusal(assume(await signToken(key, claims(), { typ })))).message).toMatch(/not an ID token/);
  });

  function bring(header: object): Promise<string> {
    return signToken(attacker, claims(), header);
  }
  function publicOf({ jwk }: IssuerKey) {
    return createPublicKey({ key: jwk as never, format: 'jwk' });
  }
  function publicPem(): string {
    return publicOf(key).export({ type: 'spki', format: 'pem' }).toString();
  }
  function hmac(secret: string): string {
    const signed = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(claims())}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }
});

describe('[S45] claims that would change the meaning of others', () => {
  test.each<[string, JWTPayload]>([
    ['two that differ in case only', { Groups: 'a', GROUPS: 'b' }],
    ['one that looks like a member of another', { 'team.lead': 'yes', team: { lead: 'no' } }],
  ])('%s', async (_name, more) => {
    const refused = await refusal(assume(await signToken(key, claims(more))));
    expect(refused).toMatchObject({ name: 'InvalidIdentityToken', message: expect.stringMatching(/several claims/) });
  });
});

describe('keys of the issuer', () => {
  test('an unknown kid does not make the server fetch keys repeatedly', async () => {
    const before = issuer.asked.length;
    const unknown = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => signToken(key, claims(), { kid: `unknown-${index}` })),
    );
    for (const token of unknown) expect((await refusal(assume(token))).name).toBe('InvalidIdentityToken');
    expect(issuer.asked.length - before).toBeLessThanOrEqual(2);
  });
});
