import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
} from '@aws-sdk/client-sts';
import { roleTargets } from '../authorize/role-targets.ts';
import { webIdentityQuestion } from '../federation/trust-question.ts';
import type { WebIdentity } from '../federation/web-identity/web-identity.ts';
import type { NamedRole } from '../identity/roles/role-directory.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type UnsignedOperation, unsignedOperation } from '../operations/operation.ts';
import { assumedRoleAnswer } from './answers.ts';
import { packedPolicySize } from './packed-policy-size.ts';
import { findNamedRole, readSessionPolicies, sessionDuration } from './role-session.ts';
import type { StsDependencies } from './sts-dependencies.ts';

type Input = Decoded<AssumeRoleWithWebIdentityRequest>;

interface Prepared {
  readonly named: NamedRole;
  readonly identity: WebIdentity;
}

/** Claims of the token that remain available as condition keys in requests of the session. */
const SESSION_CLAIMS = ['aud', 'sub', 'amr'];

/** Opens a role session for the bearer of an ID token, authorised only by the role's trust policy. The request is unsigned. */
export function assumeRoleWithWebIdentityOperation(
  deps: StsDependencies,
): UnsignedOperation<Input, AssumeRoleWithWebIdentityResponse, Prepared> {
  return unsignedOperation({
    schema: AssumeRoleWithWebIdentity$,
    readOnly: true,

    async authorize(input, call) {
      refuseAccessTokens(input);
      const named = await findNamedRole(deps.roles, input.RoleArn);
      call.concernedAccount = named.role?.accountId;
      const identity = await deps.verifyWebIdentity(named.accountId, input.WebIdentityToken, call.now);
      const { actions, ...question } = webIdentityQuestion(named.accountId, identity, input.RoleSessionName);
      return { targets: roleTargets(named, actions, question), subject: { named, identity } };
    },

    async handle(input, { now, source }, { named, identity }) {
      const { role } = named;
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const duration = sessionDuration(input.DurationSeconds, role, false);
      const policies = await readSessionPolicies(deps.store, role.accountId, input);
      const { provider, tags, transitiveTagKeys, sourceIdentity } = identity;
      const session = {
        tags,
        transitiveTagKeys,
        ...policies,
        federatedProvider: provider.arn,
        federatedClaims: sessionClaims(identity),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        ...(identity.login !== undefined && { login: identity.login }),
      };
      const packedSize = packedPolicySize(session);
      const isPacked = input.Policy !== undefined || input.PolicyArns !== undefined || tags.length > 0;
      const { accountId, roleName, path, roleId: uniqueId } = role;
      const sessionName = input.RoleSessionName;
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

/** OAuth 2.0 access tokens can only be checked by asking Facebook or Amazon, which this server does not do. */
function refuseAccessTokens({ ProviderId }: Input): void {
  if (ProviderId === undefined) return;
  throw new ServiceError(
    'ValidationError',
    'ProviderId is not supported: access tokens of Facebook and Login with Amazon are not accepted. Pass an OpenID Connect ID token without ProviderId.',
  );
}

function sessionClaims({ provider, conditions }: WebIdentity): Record<string, string | readonly string[]> {
  const claims: Record<string, string | readonly string[]> = {};
  for (const claim of SESSION_CLAIMS) {
    const key = `${provider.url}:${claim}`.toLowerCase();
    const value = conditions.get(key);
    if (value !== undefined) claims[key] = value;
  }
  return claims;
}
