import { IAM } from '@aws-sdk/client-iam';
import { EnableAWSServiceAccessCommand } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import { OUTSIDE_CLIENT, OUTSIDE_SECRET, type OutsideProvider } from '../../harness/outside-provider.ts';
import { newPerson, type Person } from '../../harness/person.ts';
import { expectPage, REDIRECT_URI } from '../oidc/app.ts';
import { DEVICE_GRANT } from '../oidc/device/device-scene.ts';
import { register } from '../oidc/registration/registration-scene.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';
import type { OrganizationScene } from './scene.ts';

const AUDIENCE = 'https://api.example';
const PASSWORD = 'seven quiet otters swim';

/** An account of an organization, and two servers on one store. Pages are at the first alone. */
export interface House {
  readonly scene: OrganizationScene;
  readonly outside: OutsideProvider;
  readonly urls: readonly [here: string, there: string];
  readonly account: string;
}
let scene: House['scene'];
let outside: House['outside'];
let urls: House['urls'];
let account: string;
let known: Known;

/** Gives the account everything by which it can be entered. */
export async function furnishAccount(house: House): Promise<void> {
  ({ scene, outside, urls, account } = house);
  known = await furnish(await scene.administrate(account));
}

/** What the account has. */
interface Known {
  readonly administrator: Key;
  readonly iam: IAM;
  readonly alice: Key;
  readonly app: { readonly client_id: string; readonly client_secret: string };
  readonly outbound: string;
}

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const iamOf = (credentials: Key, endpoint = scene.server.url) =>
  new IAM({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
const stsOf = (credentials: Key, endpoint = scene.server.url) =>
  new STS({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
const keyOf = (
  given: {
    AccessKeyId?: string | undefined;
    SecretAccessKey?: string | undefined;
    SessionToken?: string | undefined;
  } = {},
): Key => ({
  accessKeyId: given.AccessKeyId ?? '',
  secretAccessKey: given.SecretAccessKey ?? '',
  ...(given.SessionToken !== undefined && { sessionToken: given.SessionToken }),
});

async function rolecall(operation: string, input: object, key = known.administrator): Promise<Record<string, never>> {
  const answer = await send(scene.server.url, signedJson(scene.server.url, operation, input, key));
  if (answer.status !== 200) throw new Error(answer.body);
  return JSON.parse(answer.body);
}

async function furnish(administrator: Key): Promise<Known> {
  const iam = iamOf(administrator);
  await iam.createUser({ UserName: 'alice' });
  await iam.createLoginProfile({ UserName: 'alice', Password: PASSWORD });
  await iam.putUserPolicy({
    UserName: 'alice',
    PolicyName: 'all',
    PolicyDocument: policy({ Action: '*', Resource: '*' }),
  });
  const alice = keyOf((await iam.createAccessKey({ UserName: 'alice' })).AccessKey);
  const issuer = `${scene.server.url}/oidc`;
  const Oidc = {
    RedirectUris: [REDIRECT_URI],
    GrantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE'],
    ClientAuthentication: 'CLIENT_SECRET_POST',
  };
  const made: { Application?: { ApplicationId: string }; ClientSecret?: string } = await rolecall(
    'CreateApplication',
    { DisplayName: 'The app', Oidc },
    administrator,
  );
  const app = { client_id: made.Application?.ApplicationId ?? '', client_secret: made.ClientSecret ?? '' };
  await iam.createOpenIDConnectProvider({
    Url: issuer,
    ClientIDList: [app.client_id],
    ThumbprintList: ['a'.repeat(40)],
  });
  const Federated = `arn:aws:iam::${account}:oidc-provider/${issuer.replace('http://', '')}`;
  const trust = policy({ Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' });
  await iam.createRole({ RoleName: 'web', AssumeRolePolicyDocument: trust });
  const theirs = policy({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });
  await iamOf(scene.server.admin).createRole({ RoleName: 'partner', AssumeRolePolicyDocument: theirs });
  await scene.client().send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
  await iamOf(scene.server.admin).enableOrganizationsRootCredentialsManagement({});
  const { IssuerIdentifier = '' } = await iam.enableOutboundWebIdentityFederation({});
  const others = iamOf(scene.server.admin);
  await others.createOpenIDConnectProvider({ Url: IssuerIdentifier, ClientIDList: [AUDIENCE] });
  const ofIssuer = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${IssuerIdentifier.replace('http://', '')}`;
  const trustsIssuer = policy({ Principal: { Federated: ofIssuer }, Action: 'sts:AssumeRoleWithWebIdentity' });
  await others.createRole({ RoleName: 'workload', AssumeRolePolicyDocument: trustsIssuer });
  const settings = { Issuer: outside.issuer, ClientId: OUTSIDE_CLIENT, ClientSecret: OUTSIDE_SECRET };
  await rolecall(
    'CreateConnector',
    { Name: 'their-partner', DisplayName: 'Their partner', Oidc: settings },
    administrator,
  );
  return { administrator, iam, alice, app, outbound: new URL(IssuerIdentifier).pathname };
}

const status = (response: Response): string => `${response.status}`;
const post = (url: string, path: string, form: Record<string, string>, headers = {}) =>
  fetch(`${url}/oidc${path}`, { method: 'POST', headers, body: new URLSearchParams({ ...known.app, ...form }) });
const nameOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'works',
    (error: unknown) => (error as Error).name,
  );
const worksIf = (expected: boolean, otherwise: string): string => (expected ? 'works' : otherwise);

/** Pages lead to the public URL, which is that of the first server. */
async function signIn(person: Person) {
  const page = expectPage(await person.open(`${urls[0]}/sign-in`));
  return expectPage(await page.submit('sign in', { account, 'user name': 'alice', password: PASSWORD }));
}

let login: Promise<Record<string, string>> | undefined;
/** The tokens of a login of alice, the same for all that begin together. */
function tokens(): Promise<Record<string, string>> {
  login ??= tokensOfDevice();
  return login;
}

/** By a device, which needs no redirects between two hosts. */
async function tokensOfDevice(): Promise<Record<string, string>> {
  const device_code = await allowedDevice();
  return (await (await post(urls[0], '/token', { grant_type: DEVICE_GRANT, device_code })).json()) as Record<
    string,
    string
  >;
}

async function allowedDevice(): Promise<string> {
  const begun = (await (await post(urls[0], '/device/auth', { scope: 'openid offline_access' })).json()) as Record<
    string,
    string
  >;
  const person = newPerson(urls[0]);
  await signIn(person);
  await expectPage(await person.open(begun['verification_uri_complete'] ?? '')).submit('allow');
  return begun['device_code'] ?? '';
}

/** Uses the way in at a server, and says `works`, or how it was refused. */
export type Use = (url: string) => Promise<string>;

const call =
  (key: Key): Use =>
  (url) =>
    nameOf(stsOf(key, url).getCallerIdentity({}));
const assume =
  (key: Key, RoleArn: string): Use =>
  (url) =>
    nameOf(stsOf(key, url).assumeRole({ RoleArn, RoleSessionName: 'try' }));
const found =
  (path: string): Use =>
  async (url) => {
    const response = await fetch(url + path);
    return worksIf(response.status === 200, status(response));
  };

const ROOT_TASK = () => ({
  TargetPrincipal: account,
  TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
});
const PARTNER = `arn:aws:iam::${ACCOUNT_ID}:role/partner`;
/** A token of alice for other accounts, and a role of another account that trusts it. */
async function outboundToken() {
  const asked = { Audience: [AUDIENCE], SigningAlgorithm: 'RS256' };
  const { WebIdentityToken = '' } = await stsOf(known.alice).getWebIdentityToken(asked);
  return { WebIdentityToken, RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/workload`, RoleSessionName: 'out' };
}
const INVALID = 'InvalidClientTokenId';
const DENIED = 'AccessDenied';

/** Each way in: what it says once the account is closed, and how it is begun before that. */
export const DOORS: Readonly<Record<string, readonly [refusal: string, begin: () => Promise<Use>]>> = {
  'the access key of a user': [INVALID, async () => call(known.alice)],
  'a session of that key': [
    INVALID,
    async () => call(keyOf((await stsOf(known.alice).getSessionToken({})).Credentials)),
  ],
  'a federated session': [
    INVALID,
    async () => call(keyOf((await stsOf(known.alice).getFederationToken({ Name: 'fed' })).Credentials)),
  ],
  'a session of another account’s principal in its role': [INVALID, async () => call(known.administrator)],
  'a session of its principal in another account’s role': [
    INVALID,
    async () => {
      const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/partner`;
      return call(keyOf((await stsOf(known.alice).assumeRole({ RoleArn, RoleSessionName: 'out' })).Credentials));
    },
  ],
  'a session of another account’s role, opened through its role': [
    INVALID,
    async () => {
      const opened = await stsOf(known.administrator).assumeRole({ RoleArn: PARTNER, RoleSessionName: 'out' });
      return call(keyOf(opened.Credentials));
    },
  ],
  'a session of another account’s role, opened by its token': [
    INVALID,
    async () => call(keyOf((await stsOf(known.alice).assumeRoleWithWebIdentity(await outboundToken())).Credentials)),
  ],
  'AssumeRoleWithWebIdentity elsewhere, by its token': [
    'InvalidIdentityTokenException',
    async () => {
      const input = await outboundToken();
      return (url) => nameOf(stsOf(known.alice, url).assumeRoleWithWebIdentity(input));
    },
  ],
  'a session for a task as its root user': [
    INVALID,
    async () => call(keyOf((await stsOf(scene.server.admin).assumeRoot(ROOT_TASK())).Credentials)),
  ],
  AssumeRoot: [DENIED, async () => (url) => nameOf(stsOf(scene.server.admin, url).assumeRoot(ROOT_TASK()))],
  'AssumeRole from another account': [
    DENIED,
    async () => assume(scene.server.admin, `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`),
  ],
  'AssumeRole into another account': [
    INVALID,
    async () => assume(known.alice, `arn:aws:iam::${ACCOUNT_ID}:role/partner`),
  ],
  AssumeRoleWithWebIdentity: [
    'InvalidIdentityTokenException',
    async () => {
      const { id_token: WebIdentityToken = '' } = await tokens();
      const RoleArn = `arn:aws:iam::${account}:role/web`;
      return (url) =>
        nameOf(
          stsOf(known.alice, url).assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'web', WebIdentityToken }),
        );
    },
  ],
  GetWebIdentityToken: [
    INVALID,
    async () => (url) =>
      nameOf(stsOf(known.alice, url).getWebIdentityToken({ Audience: [AUDIENCE], SigningAlgorithm: 'RS256' })),
  ],
  'discovery of its outbound issuer': ['404', async () => found(`${known.outbound}/.well-known/openid-configuration`)],
  'the keys of its outbound issuer': ['404', async () => found(`${known.outbound}/.well-known/jwks.json`)],
  'the console, by a session': [
    '403',
    async () => async (url) => {
      const { accessKeyId: sessionId, secretAccessKey: sessionKey, sessionToken } = known.administrator;
      const form = { Action: 'getSigninToken', Session: JSON.stringify({ sessionId, sessionKey, sessionToken }) };
      const response = await fetch(`${url}/federation?${new URLSearchParams(form)}`);
      return worksIf(response.status === 200, status(response));
    },
  ],
  'the sign-in page, by a password': [
    'Sign in',
    async () => async () => {
      const { heading } = await signIn(newPerson(urls[0]));
      return worksIf(heading === 'Your account', heading);
    },
  ],
  'a browser that is signed in': [
    'Sign in',
    async () => {
      const person = newPerson(urls[0]);
      await signIn(person);
      return async () => {
        const { heading } = expectPage(await person.open(`${urls[0]}/sign-in`));
        return worksIf(heading === 'Your account', heading);
      };
    },
  ],
  'the button of its connector': [
    'no button',
    async () => async () => {
      const { buttons } = expectPage(await newPerson(urls[0]).open(`${urls[0]}/sign-in`));
      return worksIf(
        buttons.some((text) => text.includes('Their partner')),
        'no button',
      );
    },
  ],
  'a refresh token': [
    'invalid_client',
    async () => {
      const { refresh_token = '' } = await tokens();
      return async (url) => errorOf(await post(url, '/token', { grant_type: 'refresh_token', refresh_token }));
    },
  ],
  'a device that was allowed': [
    'invalid_client',
    async () => {
      const device_code = await allowedDevice();
      return async (url) => errorOf(await post(url, '/token', { grant_type: DEVICE_GRANT, device_code }));
    },
  ],
  'a device that asks': [
    'invalid_client',
    async () => async (url) => errorOf(await post(url, '/device/auth', { scope: 'openid' })),
  ],
  'an application itself': [
    'invalid_client',
    async () => async (url) => errorOf(await post(url, '/token', { grant_type: 'client_credentials' })),
  ],
  userinfo: [
    'invalid_token',
    async () => {
      const { access_token } = await tokens();
      return async (url) => {
        const answer = await fetch(`${url}/oidc/me`, { headers: { authorization: `Bearer ${access_token}` } });
        return errorOf(answer);
      };
    },
  ],
  'introspection by its application': [
    'invalid_client',
    async () => {
      const { access_token: token = '' } = await tokens();
      return async (url) => errorOf(await post(url, '/token/introspection', { token }));
    },
  ],
  'the authorization endpoint, for its application': [
    '400',
    async () => async (url) => {
      const query = {
        ...{ client_id: known.app.client_id, redirect_uri: REDIRECT_URI },
        response_type: 'code',
        scope: 'openid',
      };
      const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
      const response = await fetch(`${url}/oidc/auth?${new URLSearchParams({ ...query, ...challenge })}`, {
        redirect: 'manual',
      });
      return worksIf(response.status === 303, status(response));
    },
  ],
  'an initial access token': [
    '401',
    async () => {
      const { Token: token }: { Token?: string } = await rolecall('CreateInitialAccessToken', { Uses: 10 });
      return async (url) => {
        const answer = await register(new URL(`${url}/oidc`), { redirect_uris: ['https://new.example/cb'] }, { token });
        return worksIf(answer.status === 201, `${answer.status}`);
      };
    },
  ],
  'a registration': [
    '401',
    async () => {
      const { Token: token }: { Token?: string } = await rolecall('CreateInitialAccessToken', {});
      const { body } = await register(
        new URL(`${urls[0]}/oidc`),
        { redirect_uris: ['https://new.example/cb'] },
        { token },
      );
      const { pathname } = new URL(String(body['registration_client_uri']));
      const headers = { authorization: `Bearer ${String(body['registration_access_token'])}` };
      return async (url) => {
        const answer = await fetch(url + pathname, { headers });
        return worksIf(answer.status === 200, status(answer));
      };
    },
  ],
  'SAML metadata': ['404', async () => found(`/saml/idp/${account}/metadata`)],
  'SAML single sign-on': [
    '404',
    async () => async (url) => {
      const response = await fetch(`${url}/saml/idp/${account}/sso`);
      return worksIf(response.status !== 404, status(response));
    },
  ],
  'SAML single logout': [
    '404',
    async () => async (url) => {
      const response = await fetch(`${url}/saml/idp/${account}/slo`);
      return worksIf(response.status !== 404, status(response));
    },
  ],
};

async function errorOf(response: Response): Promise<string> {
  if (response.status === 200) return 'works';
  const body = (await response.json()) as { error?: string };
  return body.error ?? status(response);
}

/** What each way in, begun already, says at a server. */
export async function tried(begun: ReadonlyMap<string, Use>, url: string): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const [door, use] of begun) said[door] = await use(url);
  return said;
}

export async function beginAll(): Promise<ReadonlyMap<string, Use>> {
  login = undefined;
  const begun = new Map<string, Use>();
  for (const [door, [, begin]] of Object.entries(DOORS)) begun.set(door, await begin());
  return begun;
}
