import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../harness/child-environment.ts';
import { trust } from '../../harness/documents.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { runProgram } from '../../harness/run-program.ts';
import { metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { assertionXml, base64, responseXml, signed } from '../../harness/saml-responses.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';

/** Nimbus's OAuth 2.0 SDK with OpenID Connect extensions, and the AWS SDK for Java 2. */
const CACHE = fileURLToPath(new URL('../../.cache/java-clients', import.meta.url));
const SOURCE = fileURLToPath(new URL('java/Clients.java', import.meta.url));
const CLASSES = join(CACHE, 'classes');
const LIBRARIES = join(CACHE, 'lib', '*');
const CALLBACK = 'https://app.example.com/callback';
const SECRET = 'a secret from the secret store, long enough';
const ISSUER = 'https://cluster.internal';
const RESOURCE = 'https://orders.example';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

/** Compiles the program with the packages that `.ci/run` has downloaded, if this machine can. */
function build(): boolean {
  if (!existsSync(join(CACHE, 'lib'))) return false;
  mkdirSync(CLASSES, { recursive: true });
  const { status } = spawnSync('javac', ['-cp', LIBRARIES, '-d', CLASSES, SOURCE], { env: childEnvironment() });
  return status === 0;
}
const isBuilt = build();
if (!isBuilt)
  console.log('java-clients: skipped, because there is no JDK, or no packages were downloaded (see .ci/README.md)');
const withJava = isBuilt ? describe : describe.skip;

const directory = temporaryDirectory();
const machineKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
let server: RunningServer;
let key: IssuerKey;

withJava('clients in Java (skipped without a JDK and their packages)', () => {
  beforeAll(async () => {
    key = await makeKey('k1');
    const jwksFile = join(directory.path, 'keys.json');
    writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
    const { d: _, ...publicKey } = machineKey;
    const apart = { client_secret: SECRET, redirect_uris: [], response_types: [] };
    server = await startServer({
      config: {
        oidc: {
          clients: [
            {
              ...{ client_id: 'java-web', client_secret: SECRET, redirect_uris: [CALLBACK] },
              grant_types: ['authorization_code', 'refresh_token'],
            },
            { ...apart, client_id: 'java-tv', grant_types: [DEVICE_GRANT] },
            { ...apart, client_id: 'java-till', grant_types: [CIBA_GRANT], backchannel_token_delivery_mode: 'poll' },
            {
              ...{
                client_id: 'java-machine',
                redirect_uris: [],
                response_types: [],
                grant_types: ['client_credentials'],
              },
              ...{ token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' },
              jwks: { keys: [{ ...publicKey, kid: 'machine', alg: 'ES256', use: 'sig' }] },
              resources: [{ resource: RESOURCE, scopes: ['orders:read'] }],
            },
          ],
        },
        federation: { webIdentity: { issuers: [{ issuer: ISSUER, jwksFile }] } },
      },
    });
  });
  afterAll(async () => {
    await server?.stop();
    directory.remove();
  });

  async function run(env: Record<string, string>, ...args: string[]): Promise<Record<string, unknown>> {
    const java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', `${CLASSES}:${LIBRARIES}`, 'Clients', ...args];
    const environment = childEnvironment({ HOME: directory.path, ...env });
    const { stdout, stderr } = await runProgram('java', java, environment);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }
  const app = (command: string, client: string, ...more: string[]) =>
    run({}, command, `${server.url}/oidc`, client, SECRET, CALLBACK, ...more);

  const expectPage = (seen: Seen): PageSeen => {
    if (seen.kind === 'left') throw new Error(`the server redirected to ${seen.url}`);
    return seen;
  };
  /** The administrator at an address, signed in. */
  async function signedIn(url: string, person: Person = newPerson(server.url)): Promise<PageSeen> {
    const { accountId, admin } = server;
    const typed = { account: accountId, 'user name': admin.userName, password: admin.password };
    const seen = expectPage(await person.open(url));
    return seen.heading === 'Sign in' ? expectPage(await seen.submit('sign in', typed)) : seen;
  }

  describe('Nimbus', () => {
    test('discovery, code flow with PKCE, validated ID token, refresh, user info, introspection', async () => {
      const { url } = await app('begin', 'java-web');
      const left = await (await signedIn(String(url))).submit('allow');
      if (left.kind === 'page') throw new Error(`not sent to the app, but «${left.heading}»: ${left.text}`);
      const person = { person: server.admin.userName, subjects: true, renewed: true, active: true };
      expect(await app('finish', 'java-web', left.url.href)).toEqual(person);
      await expect(app('finish', 'java-web', left.url.href)).rejects.toThrow('invalid_grant');
    });

    test('client credentials with private_key_jwt, for a service', async () => {
      const jwk = JSON.stringify({ ...machineKey, kid: 'machine' });
      expect(await app('machine', 'java-machine', jwk, RESOURCE)).toEqual({
        type: 'at+jwt',
        audience: [RESOURCE],
        scope: 'orders:read',
      });
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
      const stolen = JSON.stringify({ ...other, kid: 'machine' });
      await expect(app('machine', 'java-machine', stolen, RESOURCE)).rejects.toThrow('invalid_client');
    });

    test('the device flow', async () => {
      const { url, code } = await app('device', 'java-tv');
      await expect(app('redeem-device', 'java-tv', String(code))).rejects.toThrow('authorization_pending');
      let page = await signedIn(String(url));
      while (page.buttons.some((text) => /continue|allow/i.test(text))) {
        const button = page.buttons.some((text) => /allow/i.test(text)) ? 'allow' : 'continue';
        page = expectPage(await page.submit(button));
      }
      const person = { person: server.admin.userName, subject: expect.any(String) };
      expect(await app('redeem-device', 'java-tv', String(code))).toEqual(person);
    });

    test('CIBA, by polls', async () => {
      const { code } = await app('ciba', 'java-till', server.admin.userName);
      const list = await signedIn(`${server.url}/sign-in/requests`);
      await expectPage(await list.follow('Look at it')).submit('allow');
      const person = { person: server.admin.userName, subject: expect.any(String) };
      expect(await app('redeem-ciba', 'java-till', String(code))).toEqual(person);
    });
  });

  describe('the AWS SDK', () => {
    let sdk: Record<string, string>;
    let own: Record<string, string>;
    let iam: IAMClient;
    beforeAll(() => {
      sdk = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.url, AWS_EC2_METADATA_DISABLED: 'true' };
      own = { AWS_ACCESS_KEY_ID: server.admin.accessKeyId, AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey };
      iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
    });
    async function role(RoleName: string, principal: object, action?: string): Promise<string> {
      const AssumeRolePolicyDocument = trust(principal, { ...(action !== undefined && { action }) });
      const made = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      return made.Role?.Arn ?? '';
    }
    const sessionOf = (name: string, session: string): string =>
      `arn:aws:sts::${server.accountId}:assumed-role/${name}/${session}`;

    test('access keys of the environment: GetCallerIdentity and GetUser', async () => {
      const arn = `arn:aws:iam::${server.accountId}:user/${server.admin.userName}`;
      expect(await run({ ...sdk, ...own }, 'default')).toEqual({ arn, session: false });
      expect(await run({ ...sdk, ...own }, 'user')).toEqual({ arn });
      await expect(run({ ...sdk, ...own, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'user')).rejects.toThrow(
        'SignatureDoesNotMatch',
      );
    });

    test('AssumeRole, by its credentials provider', async () => {
      const arn = await role('deploy', { AWS: `arn:aws:iam::${server.accountId}:root` });
      expect(await run({ ...sdk, ...own }, 'role', arn)).toEqual({ arn: sessionOf('deploy', 'java'), session: true });
      await expect(run({ ...sdk, ...own }, 'role', `${arn}-2`)).rejects.toThrow('AccessDenied');
    });

    test('AssumeRoleWithWebIdentity, by the variables of a pod: alone, and in the default chain', async () => {
      const aud = 'sts.amazonaws.com';
      const made = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: [aud] }));
      const arn = await role('web', { Federated: made.OpenIDConnectProviderArn }, 'sts:AssumeRoleWithWebIdentity');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: ISSUER, aud, sub: 'system:serviceaccount:shop:web' };
      const file = join(directory.path, 'token');
      writeFileSync(file, await signToken(key, { ...claims, iat: now - 5, exp: now + 600 }));
      const pod = { AWS_ROLE_ARN: arn, AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_SESSION_NAME: 'pod-1' };
      const session = { arn: sessionOf('web', 'pod-1'), session: true };
      expect(await run({ ...sdk, ...pod }, 'web')).toEqual(session);
      expect(await run({ ...sdk, ...pod }, 'default')).toEqual(session);
      await expect(run({ ...sdk, ...pod, AWS_ROLE_ARN: `${arn}-2` }, 'web')).rejects.toThrow('AccessDenied');
    });

    test('AssumeRoleWithSAML, by its credentials provider', async () => {
      const idp = rsaKey();
      const registered = new CreateSAMLProviderCommand({ Name: 'Idp', SAMLMetadataDocument: metadataOf(idp) });
      const { SAMLProviderArn: provider = '' } = await iam.send(registered);
      const arn = await role('saml', { Federated: provider }, 'sts:AssumeRoleWithSAML');
      const now = Date.now();
      const attributes = { Role: [`${arn},${provider}`], RoleSessionName: ['alice'] };
      const assertion = assertionXml({ id: '_java', now, recipient: `${server.url}/saml`, attributes });
      const response = base64(signed(responseXml(assertion, { now }), 'Assertion', idp));
      const session = { arn: sessionOf('saml', 'alice'), session: true };
      expect(await run(sdk, 'saml', arn, provider, response)).toEqual(session);
      // Each assertion works once.
      await expect(run(sdk, 'saml', arn, provider, response)).rejects.toThrow('InvalidIdentityToken');
    });
  });
});
