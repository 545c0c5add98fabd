import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateAccessKeyCommand, CreateGroupCommand, PutGroupPolicyCommand } from '@aws-sdk/client-iam';
import * as oidc from 'openid-client';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { newPerson } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { expectLeft, expectPage } from '../oidc/app.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

/** Where the provider sends a browser that wants nothing but an ID token. */
const ELSEWHERE = 'http://localhost:1/elsewhere';

/** A server and an outside provider, in which people sign in by a connector of the API. */
export interface LoginTestScene {
  /** For commands on the same store. */
  readonly env: Readonly<Record<string, string>>;
  readonly server: InProcessServer;
  readonly outside: OutsideProvider;
  call(operation: string, input: object, key?: Key): Promise<Record<string, unknown>>;
  /** Creates a connector to the outside provider; its button is called like it. */
  connect(name: string, settings?: object): Promise<void>;
  /** Signs a person of the provider in by a button; answers the heading of the page that is seen then. */
  signIn(button: string, subject: string): Promise<string>;
  /** An ID token of the outside provider for its own client. */
  idToken(subject: string): Promise<string>;
  makeGroup(GroupName: string, policy?: string): Promise<void>;
  keyFor(UserName: string): Promise<Key>;
  close(): Promise<void>;
}

export async function loginTestScene(connectors: readonly string[]): Promise<LoginTestScene> {
  const directory = temporaryDirectory();
  const outside = await startOutsideProvider();
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true } }));
  const env = {
    ROLECALL_CONFIG: file,
    ROLECALL_DATA_DIR: join(directory.path, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
  };
  const server = await startInProcess(env);
  outside.register([ELSEWHERE, ...connectors.map((name) => `${server.url}/federation/${name}/callback`)]);
  const call: LoginTestScene['call'] = async (operation, input, key = server.admin) => {
    const { body } = await send(server.url, signedJson(server.url, operation, input, key));
    return JSON.parse(body) as Record<string, unknown>;
  };
  return {
    env: { ...env, ROLECALL_PUBLIC_URL: server.url },
    server,
    outside,
    call,
    async connect(name, settings = {}) {
      const client = { Issuer: outside.issuer, ClientId: OUTSIDE_CLIENT, ClientSecret: OUTSIDE_SECRET };
      const created = await call('CreateConnector', { Name: name, DisplayName: name, Oidc: client, ...settings });
      if (created['Connector'] === undefined) throw new Error(JSON.stringify(created));
    },
    async signIn(button, subject) {
      const person = newPerson(server.url);
      const page = expectPage(await person.open(`${server.url}/sign-in`));
      outside.next = subject;
      const left = expectLeft(await page.submit(`continue with ${button}`));
      const callback = expectLeft(await newPerson(outside.issuer).open(left.href));
      return expectPage(await person.open(callback.href)).heading;
    },
    async idToken(subject) {
      const client = await oidc.discovery(new URL(outside.issuer), OUTSIDE_CLIENT, OUTSIDE_SECRET, undefined, {
        execute: [oidc.allowInsecureRequests],
      });
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      outside.next = subject;
      const begun = oidc.buildAuthorizationUrl(client, {
        redirect_uri: ELSEWHERE,
        scope: 'openid profile email',
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const callback = expectLeft(await newPerson(outside.issuer).open(begun.href));
      return (await oidc.authorizationCodeGrant(client, callback, { pkceCodeVerifier })).id_token ?? '';
    },
    async makeGroup(GroupName, PolicyDocument) {
      await server.iam().send(new CreateGroupCommand({ GroupName }));
      if (PolicyDocument === undefined) return;
      await server.iam().send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'own', PolicyDocument }));
    },
    async keyFor(UserName) {
      const { AccessKey } = await server.iam().send(new CreateAccessKeyCommand({ UserName }));
      return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    },
    async close() {
      await server.close();
      await outside.close();
      directory.remove();
    },
  };
}
