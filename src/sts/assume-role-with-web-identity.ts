import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts';
import { roleTargets } from '../authorize/role-targets.ts';
import { webIdentityQuestion } from '../federation/trust-question.ts';
import { issuerOfToken } from '../federation/web-identity/read-token.ts';
import type { WebIdentity } from '../federation/web-identity/web-identity.ts';
import type { NamedRole } from '../identity/roles/role-directory.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type UnsignedOperation, unsignedOperation } from '../operations/operation.ts';
import { assumedRoleAnswer } from './answers.ts';
import { AssumeRoleWithWebIdentityOfDefaultRole$ } from './minio/schemas.ts';
import { packedPolicySize } from './packed-policy-size.ts';
import { findNamedRole, readSessionPolicies, sessionDuration } from './role-session.ts';
import { sessionClaims } from './session-claims.ts';
import { sessionNameOf } from './session-name.ts';
import type { StsDependencies } from './sts-dependencies.ts';

type Request = Decoded<AssumeRoleWithWebIdentityRequest>;
/** With default roles configured, the role is optional. */
type Input = Omit<Request, 'RoleArn' | 'RoleSessionName'> & Partial<Pick<Request, 'RoleArn' | 'RoleSessionName'>>;

interface Prepared {
  readonly named: NamedRole;
  readonly identity: WebIdentity;
  readonly sessionName: string;
}

/** Opens a role session for the bearer of an ID token, authorised only by the role's trust policy. The request is unsigned. */
export function assumeRoleWithWebIdentityOperation(
  deps: StsDependencies,
): UnsignedOperation<Input, AssumeRoleWithWebIdentityResponse, Prepared> {
  return unsignedOperation({
    // A reload of the configuration may add default roles.
    schema: AssumeRoleWithWebIdentityOfDefaultRole$,
    readOnly: true,

    async authorize(input, call) {
      if (!hasDefaultRoles(deps)) requireRoleAndName(input);
      refuseAccessTokens(input);
      const named = await findNamedRole(deps.roles, roleArnOf(deps, input));
      call.concernedAccount = named.role?.accountId;
      const identity = await deps.verifyWebIdentity(named.accountId, input.WebIdentityToken, call.now);
      const sessionName = sessionNameFor(input, identity);
      const { actions, ...question } = webIdentityQuestion(named.accountId, identity, sessionName);
      const { signIn, login } = identity;
      const facts = {
        ...question,
        ...(signIn !== undefined && { signIn }),
        ...(login !== undefined && { person: login.subject }),
      };
      return { targets: roleTargets(named, actions, facts), subject: { named, identity, sessionName } };
    },

    async handle(input, { now, source }, { named, identity, sessionName }) {
      const { role } = named;
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const duration = sessionDuration(input.DurationSeconds, role, false);
      const policies = await readSessionPolicies(deps.store, role.accountId, input);
      const { provider, tags, transitiveTagKeys, sourceIdentity, issuedBy } = identity;
      const session = {
        tags,
        transitiveTagKeys,
        ...policies,
        federatedProvider: provider.arn,
        federatedClaims: sessionClaims(identity),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        ...(identity.login !== undefined && { login: identity.login }),
        ...(identity.signIn !== undefined && { signIn: identity.signIn }),
        ...(issuedBy !== undefined && issuedBy !== role.accountId && { through: [issuedBy] }),
      };
      const packedSize = packedPolicySize(session);
      const isPacked = input.Policy !== undefined || input.PolicyArns !== undefined || tags.length > 0;
      const { accountId, roleName, path, roleId: uniqueId } = role;
      const credentials = await deps.mint(
        { type: 'AssumedRole', accountId, roleName, path, uniqueId, sessionName, session },
        duration,
      );
      deps.lastUsed.recordRoleUse({ roleId: uniqueId, region: source.region ?? '', now });
      return {
        ...assumedRoleAnswer(role, sessionName, credentials),
        SubjectFromWebIdentityToken: identity.subject,
        Provider: provider.arn,
        Audience: identity.audience,
        ...(isPacked && { PackedPolicySize: packedSize }),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      };
    },
  });
}

function hasDefaultRoles({ minio }: StsDependencies): boolean {
  return minio !== undefined && (minio.roleOfIssuer.size > 0 || minio.roleArns.size > 0);
}

/** The requested role, or the default role of the token's issuer (MinIO's clients name none). */
function roleArnOf({ minio }: StsDependencies, { RoleArn, WebIdentityToken }: Input): string {
  if (RoleArn !== undefined) return minio?.roleArns.get(RoleArn) ?? RoleArn;
  const issuer = issuerOfToken(WebIdentityToken);
  const role = minio?.roleOfIssuer.get(issuer);
  if (role !== undefined) return role;
  throw new ServiceError(
    'ValidationError',
    'RoleArn is missing, and no default role is configured for the issuer of the token (setting federation.minio.webIdentity).',
  );
}

/** As in AWS, a request that names a role also names the session. */
function sessionNameFor({ RoleArn, RoleSessionName }: Input, { subject }: WebIdentity): string {
  if (RoleSessionName !== undefined) return RoleSessionName;
  if (RoleArn === undefined) return sessionNameOf(subject);
  throw missing(['roleSessionName']);
}

/** Without default roles, both are as required as in AWS. */
function requireRoleAndName({ RoleArn, RoleSessionName }: Input): void {
  const absent = [
    ...(RoleArn === undefined ? ['roleArn'] : []),
    ...(RoleSessionName === undefined ? ['roleSessionName'] : []),
  ];
  if (absent.length > 0) throw missing(absent);
}

function missing(members: readonly string[]): ServiceError {
  const each = members.map((name) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  const heading = `${each.length} validation error${each.length === 1 ? '' : 's'} detected`;
  return new ServiceError('ValidationError', `${heading}: ${each.join('; ')}`);
}

/** OAuth 2.0 access tokens can only be checked by asking Facebook or Amazon, which this server does not do. */
function refuseAccessTokens({ ProviderId }: Input): void {
  if (ProviderId === undefined) return;
  throw new ServiceError(
    'ValidationError',
    'ProviderId is not supported: access tokens of Facebook and Login with Amazon are not accepted. Pass an OpenID Connect ID token without ProviderId.',
  );
}
