import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { Organizations } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import { certificatePem, selfSigned } from '../../../harness/certificate.ts';
import { newPerson, type PageSeen, type Seen } from '../../../harness/person.ts';
import { metadataOf, rsaKey } from '../../../harness/saml-metadata.ts';
import { encodePng } from '../../../src/identity/factors/bitmap-png.ts';
import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../../iam/support/mfa.ts';
import { register } from '../../oidc/registration/registration-scene.ts';
import { enableByFormerCodes } from '../../support/enable-device.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, type ServedInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';

/** What stays known of an installation in which there is something of every kind, made by the real operations. */
export interface Everything {
  readonly alice: Key;
  readonly inactive: Key;
  readonly admin: Key;
  readonly codeNow: () => string;
  readonly serialNumber: string;
}

const PASSWORD = 'seven quiet otters swim';
const MACHINE = { id: 'machine', secret: 'a client secret of forty-three characters!!' };
const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/reader`;
const READ = allow('iam:Get*', '*');

/** The variables of a server whose configuration file has an app and a machine. */
export function environmentOf(directory: string): Record<string, string> {
  const file = join(directory, 'rolecall.json');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const machine = {
    client_id: MACHINE.id,
    client_secret: MACHINE.secret,
    response_types: [],
    grant_types: ['client_credentials'],
    resources: [{ resource: 'https://orders.example', scopes: ['orders:read'] }],
    // Names that a store could misread.
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), 'a.b': { $c: 1 }, 7: 'seven' }] },
  };
  const connector = {
    name: 'staff',
    issuer: 'https://sso.example.com',
    clientId: 'rolecall',
    clientSecret: MACHINE.secret,
    rules: { groups: { map: [{ value: 'a.$b', group: 'Staff' }] } },
  };
  const oidc = { clients: [machine], registration: { mode: 'tokens' } };
  writeFileSync(
    file,
    JSON.stringify({
      delegationTemplates: [{ name: 'Read', policy: JSON.parse(READ) }],
      oidc,
      federation: { connectors: [connector] },
    }),
  );
  return {
    ROLECALL_CONFIG: file,
    ROLECALL_DATA_DIR: join(directory, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
  };
}

export async function makeEverything(server: InProcessServer): Promise<Everything> {
  const iam = clientOf(server, server.admin);
  await iam.createAccountAlias({ AccountAlias: 'everything' });
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, PasswordReusePrevention: 3 });
  await iam.createGroup({ GroupName: 'Readers' });
  await iam.putGroupPolicy({ GroupName: 'Readers', PolicyName: 'read', PolicyDocument: READ });
  const PolicyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/assume`;
  await iam.createPolicy({ PolicyName: 'assume', PolicyDocument: allow('sts:AssumeRole', ROLE_ARN) });
  await iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow('sts:*', ROLE_ARN), SetAsDefault: true });
  await iam.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('*', '*') });
  await iam.createUser({
    UserName: 'Alice',
    Tags: [{ Key: 'team', Value: 'naïve 日本' }],
    PermissionsBoundary: `arn:aws:iam::${ACCOUNT_ID}:policy/bounds`,
  });
  await iam.addUserToGroup({ GroupName: 'Readers', UserName: 'Alice' });
  await iam.attachUserPolicy({ UserName: 'Alice', PolicyArn });
  await iam.createLoginProfile({ UserName: 'Alice', Password: PASSWORD });
  const alice = await keyFor(iam, 'Alice');
  const inactive = await keyFor(iam, 'Alice');
  await iam.updateAccessKey({ UserName: 'Alice', AccessKeyId: inactive.accessKeyId, Status: 'Inactive' });
  const { codeNow, serialNumber } = await enableMfa(iam, 'Alice');
  await iam.createRole({
    RoleName: 'reader',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:user/Alice` }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  await iam.putRolePolicy({ RoleName: 'reader', PolicyName: 'read', PolicyDocument: READ });
  await iam.createInstanceProfile({ InstanceProfileName: 'machines' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'machines', RoleName: 'reader' });
  const site = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await iam.uploadServerCertificate({
    ServerCertificateName: 'site',
    CertificateBody: certificatePem(selfSigned(site)),
    PrivateKey: site.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  await iam.createOpenIDConnectProvider({
    Url: 'https://idp.example',
    ClientIDList: ['app'],
    ThumbprintList: ['a'.repeat(40)],
  });
  await iam.enableOutboundWebIdentityFederation({});
  const tokens = new STS({ endpoint: server.url, region: 'us-east-1', credentials: server.admin, maxAttempts: 1 });
  await tokens.getWebIdentityToken({ Audience: ['https://orders.example'], SigningAlgorithm: 'ES384' });
  tokens.destroy();
  await iam.createSAMLProvider({ Name: 'idp', SAMLMetadataDocument: metadataOf(rsaKey()) });
  const branding = { DisplayName: 'Everything', Logo: encodePng([[true, false]], 8).toString('base64') };
  await send(server.url, signedJson(server.url, 'PutAccountBranding', branding, server.admin));
  await iam.createDelegationRequest({
    ...{ OwnerAccountId: ACCOUNT_ID, Description: 'Look', RequestorWorkflowId: 'look-1', SessionDuration: 900 },
    Permissions: { PolicyTemplateArn: 'arn:aws:iam::aws:delegation-template/Read' },
    NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
  });
  await registerApplication(server);
  await organize(server);
  const everything = { alice, inactive, admin: server.admin, codeNow, serialNumber };
  await clientOf(server, alice).getUser({});
  return everything;
}

/** An application that registers itself with an initial access token, which may be used again. */
async function registerApplication({ url, admin }: InProcessServer): Promise<void> {
  const { body } = await send(url, signedJson(url, 'CreateInitialAccessToken', { Uses: 2 }, admin));
  const { Token: token } = JSON.parse(body) as { readonly Token: string };
  const metadata = { client_name: 'Self-made', redirect_uris: ['https://self-made.example/callback'] };
  const { status } = await register(new URL(`${url}/oidc`), metadata, { token });
  if (status !== 201) throw new Error(`the application was not registered: ${status}`);
}

/** An organization with a policy, another account, and an invitation. */
async function organize({ url, admin }: InProcessServer): Promise<void> {
  const organizations = new Organizations({ endpoint: url, region: 'us-east-1', credentials: admin, maxAttempts: 1 });
  await organizations.createOrganization({});
  const { Roots } = await organizations.listRoots({});
  const unit = { ParentId: Roots?.[0]?.Id, Name: 'unit', Tags: [{ Key: 'stage', Value: 'test' }] };
  await organizations.createOrganizationalUnit(unit);
  await organizations.createPolicy({ Name: 'read', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: READ });
  await organizations.createAccount({ AccountName: 'other', Email: 'other@example.com' });
  await organizations.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'third@example.com' } });
  organizations.destroy();
}

/** Whether a server does for everyone what the one did in which they were made. */
export async function useEverything(server: ServedInProcess, known: Everything): Promise<object> {
  const iam = clientOf(server, known.alice);
  const { User: user } = await iam.getUser({});
  const sts = new STS({ endpoint: server.url, region: 'us-east-1', credentials: known.alice, maxAttempts: 1 });
  const assumed = await sts.assumeRole({ RoleArn: ROLE_ARN, RoleSessionName: 'after', ...mfaOf(known) });
  const credentials = assumed.Credentials;
  const session = {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  };
  const { Role: role } = await clientOf(server, session).getRole({ RoleName: 'reader' });
  const refused = await clientOf(server, known.inactive)
    .getUser({})
    .catch((error: Error) => error.name);
  const { SummaryMap: summary } = await clientOf(server, known.admin).getAccountSummary({});
  return {
    samlCertificate: await samlCertificate(server.url),
    logo: await logoOf(server, known),
    tags: user?.Tags,
    role: role?.RoleName,
    refused,
    summary,
    token: await machineToken(server.url),
  };
}

/** Signs Alice in with her password and a code of her device; answers what the page then shows. */
export async function signIn(server: ServedInProcess, { codeNow }: Everything): Promise<string> {
  const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
  const asked = pageOf(await page.submit('sign in', { account: 'everything', user: 'alice', password: PASSWORD }));
  return pageOf(await asked.submit('continue', { 'mfa code': codeNow() })).text;
}

/** The logo of the account, as browsers get it. */
async function logoOf({ url }: ServedInProcess, { admin }: Everything): Promise<string> {
  const { body } = await send(url, signedJson(url, 'GetAccountBranding', {}, admin));
  const { Logo: logo } = JSON.parse(body) as { readonly Logo: { readonly Url: string } };
  const image = await fetch(new URL(new URL(logo.Url).pathname, url));
  return Buffer.from(await image.arrayBuffer()).toString('base64');
}

/** With which the account signs as SAML identity provider. Its key is sealed in the store. */
async function samlCertificate(url: string): Promise<string | undefined> {
  const metadata = await fetch(`${url}/saml/idp/${ACCOUNT_ID}/metadata`);
  return /<ds:X509Certificate>([^<]+)</.exec(await metadata.text())?.[1];
}

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}

const mfaOf = ({ serialNumber, codeNow }: Everything) => ({ SerialNumber: serialNumber, TokenCode: codeNow() });

async function machineToken(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${MACHINE.id}:${encodeURIComponent(MACHINE.secret)}`).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://orders.example',
      scope: 'orders:read',
    }),
  });
  return ((await answer.json()) as { scope?: string }).scope;
}

export function clientOf({ url }: { readonly url: string }, credentials: Key): IAM {
  return new IAM({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
}

async function keyFor(iam: IAM, UserName: string): Promise<Key> {
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function enableMfa(iam: IAM, UserName: string) {
  const { VirtualMFADevice: device } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: 'Phone' });
  const seed = decodeBase32(Buffer.from(device?.Base32StringSeed ?? '').toString());
  const serialNumber = device?.SerialNumber ?? '';
  await enableByFormerCodes(seed, (codes) => iam.enableMFADevice({ UserName, SerialNumber: serialNumber, ...codes }));
  // A code works once: each use takes the next step, of which the server takes one that is early.
  let used = timeStepAt(Date.now()) - 1;
  return { serialNumber, codeNow: () => codeAt(seed, ++used) };
}

function allow(Action: string, Resource: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
}
