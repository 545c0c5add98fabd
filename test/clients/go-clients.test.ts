import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../harness/child-environment.ts';
import { trust } from '../../harness/documents.ts';
import { newPerson, type Seen } from '../../harness/person.ts';
import { runProgram } from '../../harness/run-program.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';

/** go-oidc with x/oauth2, and the AWS SDK for Go v2. */
const GO = ['/usr/local/go/bin/go', '/usr/bin/go'].find(existsSync);
const CLIENT = fileURLToPath(new URL('../../.cache/go-clients/client', import.meta.url));
const SOURCE = fileURLToPath(new URL('go', import.meta.url));
const CALLBACK = 'https://app.example.com/callback';
const SECRET = 'a secret from the secret store';
const ISSUER = 'https://cluster.internal';

/** Builds the program, from Go's caches only: `.ci/run` has filled them if this machine can download modules. */
function build(): boolean {
  if (GO === undefined) return false;
  const args = ['build', '-mod=readonly', '-o', CLIENT, '.'];
  const { status } = spawnSync(GO, args, { cwd: SOURCE, env: childEnvironment({ GOPROXY: 'off' }) });
  return status === 0;
}
const isBuilt = build();
if (!isBuilt)
  console.log('go-clients: skipped, because there is no Go, or its modules were not downloaded (see .ci/README.md)');
const withGo = isBuilt ? describe : describe.skip;

const directory = temporaryDirectory();
let server: RunningServer;
let key: IssuerKey;

withGo('clients in Go (skipped without Go and its modules)', () => {
  beforeAll(async () => {
    key = await makeKey('k1');
    const jwksFile = join(directory.path, 'keys.json');
    writeFileSync(jwksFile, JSON.stringify({ keys: [key.jwk] }));
    const app = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] };
    server = await startServer({
      config: {
        oidc: {
          clients: [
            { ...app, client_id: 'go-web', client_secret: SECRET },
            { ...app, client_id: 'go-post', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' },
            { ...app, client_id: 'go-public', token_endpoint_auth_method: 'none' },
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

  async function run(env: Record<string, string>, ...args: string[]): Promise<unknown> {
    const { stdout, stderr } = await runProgram(CLIENT, args, { HOME: directory.path, ...env });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Signs the administrator in and agrees; answers where the app is called back. */
  async function agree(url: string): Promise<URL> {
    const submit = (seen: Seen, button: string, fields = {}): Promise<Seen> => {
      if (seen.kind === 'left') throw new Error(`the server redirected to ${seen.url}`);
      return seen.submit(button, fields);
    };
    const { accountId, admin } = server;
    const typed = { account: accountId, 'user name': admin.userName, password: admin.password };
    const left = await submit(await submit(await newPerson(server.url).open(url), 'sign in', typed), 'allow');
    if (left.kind === 'page') throw new Error(`not sent to the app, but «${left.heading}»: ${left.text}`);
    return left.url;
  }

  // x/oauth2 tries HTTP Basic first, with an empty password for public clients, and after any error the parameters.
  test.each([
    ['client_secret_basic', 'go-web', SECRET],
    ['client_secret_post', 'go-post', SECRET],
    ['no secret', 'go-public', ''],
  ])('go-oidc with %s: nonce, PKCE, verified ID token, user info, refresh', async (_, client, secret) => {
    const known = [`${server.url}/oidc`, client, secret, CALLBACK, 'v'.repeat(43), `nonce of ${client}`];
    const { url } = (await run({}, 'begin', ...known)) as { url: string };
    const callback = await agree(url);
    expect(await run({}, 'finish', ...known, callback.href)).toEqual({
      person: server.admin.userName,
      subjects: true,
      renewed: true,
    });
    await expect(run({}, 'finish', ...known, callback.href)).rejects.toThrow(/invalid_(grant|client)/);
  });

  describe('the credential chain of the AWS SDK', () => {
    let sdk: Record<string, string>;
    let own: Record<string, string>;
    let role: (name: string, principal: object, action?: string) => Promise<string>;
    beforeAll(() => {
      sdk = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_STS: server.url, AWS_EC2_METADATA_DISABLED: 'true' };
      own = { AWS_ACCESS_KEY_ID: server.admin.accessKeyId, AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey };
      const iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
      role = async (RoleName, principal, action) => {
        const AssumeRolePolicyDocument = trust(principal, { ...(action !== undefined && { action }) });
        const made = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
        return made.Role?.Arn ?? '';
      };
    });
    const sessionOf = (name: string, session: string): string =>
      `arn:aws:sts::${server.accountId}:assumed-role/${name}/${session}`;

    test('access keys of the environment', async () => {
      expect(await run({ ...sdk, ...own }, 'identity')).toEqual({
        arn: `arn:aws:iam::${server.accountId}:user/${server.admin.userName}`,
        source: 'EnvConfigCredentials',
        expires: false,
      });
    });

    test('AssumeRole, by a profile with a role', async () => {
      const arn = await role('deploy', { AWS: `arn:aws:iam::${server.accountId}:root` });
      const file = join(directory.path, 'config');
      const source = Object.entries(own).map(([name, value]) => `${name.toLowerCase()} = ${value}`);
      const profile = ['[profile deploy]', `role_arn = ${arn}`, 'role_session_name = go', 'source_profile = base'];
      writeFileSync(file, ['[profile base]', ...source, ...profile].join('\n'));
      expect(await run({ ...sdk, AWS_CONFIG_FILE: file, AWS_PROFILE: 'deploy' }, 'identity')).toMatchObject({
        arn: sessionOf('deploy', 'go'),
        expires: true,
      });
    });

    test('AssumeRoleWithWebIdentity, by the variables of a pod', async () => {
      const iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
      const aud = 'sts.amazonaws.com';
      const made = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: [aud] }));
      const Federated = made.OpenIDConnectProviderArn;
      const arn = await role('web', { Federated }, 'sts:AssumeRoleWithWebIdentity');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: ISSUER, aud, sub: 'system:serviceaccount:shop:web' };
      const file = join(directory.path, 'token');
      writeFileSync(file, await signToken(key, { ...claims, iat: now - 5, exp: now + 600 }));
      const pod = { AWS_ROLE_ARN: arn, AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_SESSION_NAME: 'pod-1' };
      expect(await run({ ...sdk, ...pod }, 'identity')).toEqual({
        arn: sessionOf('web', 'pod-1'),
        source: 'WebIdentityCredentials',
        expires: true,
      });
      await expect(run({ ...sdk, ...pod, AWS_ROLE_ARN: `${arn}-2` }, 'identity')).rejects.toThrow('AccessDenied');
    });
  });
});
