import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  DecodeAuthorizationMessageCommand,
} from '@aws-sdk/client-sts';
import { decodeJwt } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { discover, logIn, REDIRECT_URI } from '../oidc/app.ts';
import { type Installation, PASSWORD } from '../oidc/installation.ts';
import { allow, keyOf, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { closedWithTheFile } from '../support/leftovers.ts';
import { send, signedJson } from '../support/wire.ts';

export const CLIENT = 'app';
export const REFERER = 'https://console.example/users';
/** What a trust policy must allow where session tags and a source identity come along. */
const OPENING = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
export type Does = (iam: IAMClient) => Promise<unknown>;

/** A server with everybody that a condition key may be about; each call is made where one policy with a condition decides. */
export interface LiveScene {
  /** What is known only once the server runs. */
  readonly known: Readonly<Record<'userId' | 'issuer' | 'subject' | 'nonce' | 'method', string>>;
  /** As the user alice, tagged, with long-term keys. */
  asUser(condition: Condition, does: Does): Promise<unknown>;
  /** As a session of the role worker, which alice opened with MFA and a source identity. */
  asRole(condition: Condition, does: Does): Promise<unknown>;
  /** As a session of the role federated, which carol's ID token opened. */
  asFederated(condition: Condition, does: Does): Promise<unknown>;
  /** Alice assumes a role; its trust policy has the condition. */
  assume(condition: Condition, wishes: Partial<AssumeRoleCommandInput>): Promise<unknown>;
  /** Carol assumes a role by her ID token; its trust policy has the condition. */
  assumeByToken(condition: Condition): Promise<unknown>;
  /** What the administrator is told of an encoded authorization message. */
  decode(message: string): Promise<string>;
  close(): Promise<void>;
}

export async function openLiveScene(): Promise<LiveScene> {
  const directory = temporaryDirectory();
  const server = await startInProcess({ ROLECALL_CONFIG: configFile(directory.path) });
  const admin = server.iam();
  const alice = await makeUser(server, 'alice');
  await admin.send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'team', Value: 'blue' }] }));
  const { User } = await admin.send(new GetUserCommand({ UserName: 'alice' }));
  await admin.send(new CreateUserCommand({ UserName: 'bob', Tags: [{ Key: 'owner', Value: 'ann' }] }));
  await admin.send(new CreateGroupCommand({ GroupName: 'marked' }));
  const Arn = `arn:aws:iam::${ACCOUNT_ID}:group/marked`;
  await send(server.url, signedJson(server.url, 'SetPrivileged', { Arn, Privileged: true }, server.admin));
  await makeRole(server, 'worker', { trust: trust({ AWS: userArn('alice') }, {}, OPENING) });
  await makeRole(server, 'trusting', { trust: trust({ AWS: userArn('alice') }) });
  const worker = await openWithMfa(server, alice);

  const token = await logInAs(server, 'carol');
  const issuer = `${new URL(server.url).host}/oidc`;
  const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${issuer}`;
  await admin.send(new CreateOpenIDConnectProviderCommand({ Url: `${server.url}/oidc`, ClientIDList: [CLIENT] }));
  const byToken = (more: object) => trust({ Federated: provider }, more, 'sts:AssumeRoleWithWebIdentity');
  for (const role of ['federated', 'by-token']) await makeRole(server, role, { trust: byToken({}) });
  const assumeWithToken = (role: string) =>
    server.sts().send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn(role),
        RoleSessionName: 'carol',
        WebIdentityToken: token,
      }),
    );
  const federated = keyOf((await assumeWithToken('federated')).Credentials);

  const asRole = async (RoleName: string, key: Key, condition: Condition, does: Does): Promise<unknown> => {
    const PolicyDocument = allow('*', '*', { Condition: condition });
    await admin.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
    return does(server.iam(key));
  };
  const claims = decodeJwt(token) as { sub: string; nonce: string; amr: string[] };
  return {
    known: {
      userId: User?.UserId ?? '',
      issuer,
      subject: claims.sub,
      nonce: claims.nonce,
      method: claims.amr[0] ?? '',
    },
    async asUser(condition, does) {
      const PolicyDocument = allow('*', '*', { Condition: condition });
      await admin.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
      return does(withReferer(server.iam(alice)));
    },
    asRole: (condition, does) => asRole('worker', worker, condition, does),
    asFederated: (condition, does) => asRole('federated', federated, condition, does),
    async assume(condition, wishes) {
      const PolicyDocument = trust({ AWS: userArn('alice') }, { Condition: condition }, OPENING);
      await admin.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'trusting', PolicyDocument }));
      const input = { RoleArn: roleArn('trusting'), RoleSessionName: 'session', ...wishes };
      return server.sts(alice).send(new AssumeRoleCommand(input));
    },
    async assumeByToken(condition) {
      const PolicyDocument = byToken({ Condition: condition });
      await admin.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'by-token', PolicyDocument }));
      return assumeWithToken('by-token');
    },
    async decode(EncodedMessage) {
      const { DecodedMessage } = await server.sts().send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
      return DecodedMessage ?? '';
    },
    close: closedWithTheFile(async () => {
      await server.close();
      directory.remove();
    }),
  };
}

function configFile(directory: string): string {
  const path = join(directory, 'rolecall.json');
  const client = {
    client_id: CLIENT,
    client_name: 'App',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  writeFileSync(path, JSON.stringify({ oidc: { clients: [client] } }));
  return path;
}

/** Signs a person in at the server's own pages; answers the ID token. */
async function logInAs(server: InProcessServer, user: string): Promise<string> {
  await server.iam().send(new CreateUserCommand({ UserName: user }));
  await server.iam().send(new CreateLoginProfileCommand({ UserName: user, Password: PASSWORD }));
  const at: Pick<Installation, 'url' | 'issuer'> = { url: server.url, issuer: new URL(`${server.url}/oidc`) };
  const app = await discover(at as Installation, CLIENT, null);
  const { id_token } = await logIn(at as Installation, app, { user });
  if (id_token === undefined) throw new Error('no ID token came');
  return id_token;
}

async function openWithMfa(server: InProcessServer, alice: Key): Promise<Key> {
  const admin = server.iam();
  const { VirtualMFADevice } = await admin.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = VirtualMFADevice ?? {};
  const seed = decodeBase32(Buffer.from(Base32StringSeed).toString());
  const code = (offset: number) => codeAt(seed, timeStepAt(Date.now()) + offset);
  const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) };
  await admin.send(new EnableMFADeviceCommand({ UserName: 'alice', SerialNumber, ...codes }));
  const { Credentials } = await server.sts(alice).send(
    new AssumeRoleCommand({
      RoleArn: roleArn('worker'),
      RoleSessionName: 'session',
      SourceIdentity: 'alice-herself',
      SerialNumber,
      TokenCode: code(1),
    }),
  );
  return keyOf(Credentials);
}

function withReferer(iam: IAMClient): IAMClient {
  iam.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, { referer: REFERER });
      return next(args);
    },
    { step: 'build' },
  );
  return iam;
}
