import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { refused } from './caller.ts';
import { allow, trust } from './documents.ts';
import { keyPair, type Stage } from './stage.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const HOST = 'token.actions.githubusercontent.com';
const AUDIENCE = 'rolecall.example.com';

/** A stand-in for GitHub Actions: signs tokens in the shape of GitHub’s. The server is given its keys in a file. */
export interface CiIssuer {
  readonly settings: { readonly issuer: string; readonly jwksFile: string };
  /** The token of a job in this repository, on its main branch. */
  token(repository: string): Promise<string>;
}

export async function newCiIssuer(directory: string): Promise<CiIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwksFile = join(directory, 'ci-keys.json');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'ci', alg: 'ES256', use: 'sig' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  return { settings: { issuer: ISSUER, jwksFile }, token: (repository) => sign(privateKey, repository) };
}

function sign(key: KeyObject, repository: string): Promise<string> {
  const ref = 'refs/heads/main';
  return new SignJWT({ sub: `repo:${repository}:ref:${ref}`, repository, ref, event_name: 'push', actor: 'octocat' })
    .setProtectedHeader({ alg: 'ES256', kid: 'ci' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key);
}

/** A job of a CI service gets role credentials by its token: the chapter on outside OIDC tokens. */
export async function runCiStory(stage: Stage, issuer: CiIssuer): Promise<void> {
  const { narrator, admin } = stage;
  narrator.chapter(
    'A CI job gets credentials without a secret',
    'The account trusts GitHub Actions (played by a program with keys of its own), and a role trusts one repository.',
  );
  const provider = await admin.iam.createOpenIDConnectProvider({ Url: ISSUER, ClientIDList: [AUDIENCE] });
  const principal = { Federated: provider.OpenIDConnectProviderArn ?? '' };
  const role = { RoleName: stage.name('deploy') };
  const careless = { StringEquals: { [`${HOST}:aud`]: AUDIENCE } };
  const action = 'sts:AssumeRoleWithWebIdentity';
  narrator.say('GitHub signs tokens for everybody, so a trust policy that does not say whose is refused.');
  const vague = await refused(narrator, () =>
    admin.iam.createRole({ ...role, AssumeRolePolicyDocument: trust(principal, careless, action) }),
  );
  narrator.check(vague.message.includes(`must restrict ${HOST}:sub`), 'refused, with what is missing');
  const condition = { ...careless, StringLike: { [`${HOST}:sub`]: 'repo:acme/shop:*' } };
  const { Role } = await admin.iam.createRole({
    ...role,
    AssumeRolePolicyDocument: trust(principal, condition, action),
  });
  await admin.iam.putRolePolicy({ ...role, PolicyName: 'deploy', PolicyDocument: allow('iam:ListRoles') });

  const job = stage.as('job', { accessKeyId: 'none', secretAccessKey: 'none' });
  const assume = async (repository: string) => {
    const WebIdentityToken = await issuer.token(repository);
    narrator.mask(WebIdentityToken, `token of ${repository}`);
    return job.sts.assumeRoleWithWebIdentity({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'job-42', WebIdentityToken });
  };
  const assumed = await assume('acme/shop');
  narrator.check(assumed.Audience === AUDIENCE, 'the job of acme/shop has credentials of the role');
  const other = await refused(narrator, () => assume('acme-evil/shop'));
  narrator.check(other.code === 'AccessDenied', 'a job of another repository has none');

  const deploy = stage.as('deploy', keyPair(assumed.Credentials));
  const { Roles = [] } = await deploy.iam.listRoles({ MaxItems: 1 });
  narrator.check(Roles.length === 1, 'allowed: iam:ListRoles');
  const denied = await refused(narrator, () => deploy.iam.deleteRole(role));
  narrator.check(denied.code === 'AccessDenied', 'denied: iam:DeleteRole');
}
