import {
  AssumeRoleWithSAML$,
  type AssumeRoleWithSAMLRequest,
  type AssumeRoleWithSAMLResponse,
} from '@aws-sdk/client-sts';
import { roleTargets } from '../authorize/role-targets.ts';
import type { SamlIdentity } from '../federation/saml/saml-identity.ts';
import { listsRole, samlQuestion } from '../federation/trust-question.ts';
import type { Role } from '../identity/documents/role.ts';
import type { NamedRole } from '../identity/roles/role-directory.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type UnsignedOperation, unsignedOperation } from '../operations/operation.ts';
import { assumedRoleAnswer } from './answers.ts';
import { packedPolicySize } from './packed-policy-size.ts';
import { findNamedRole, readSessionPolicies, sessionDuration } from './role-session.ts';
import type { StsDependencies } from './sts-dependencies.ts';
import { STS_ERRORS } from './sts-errors.ts';

type Input = Decoded<AssumeRoleWithSAMLRequest>;

interface Prepared {
  readonly named: NamedRole;
  readonly identity: SamlIdentity;
}

/** Opens a role session for the bearer of a SAML assertion, authorised only by the role's trust policy. The request is unsigned. */
export function assumeRoleWithSAMLOperation(
  deps: StsDependencies,
): UnsignedOperation<Input, AssumeRoleWithSAMLResponse, Prepared> {
  return unsignedOperation({
    schema: AssumeRoleWithSAML$,
    readOnly: true,

    async authorize(input, call) {
      const named = await findNamedRole(deps.roles, input.RoleArn);
      const { accountId } = named;
      call.concernedAccount = named.role?.accountId;
      const presented = { accountId, providerArn: input.PrincipalArn, encoded: input.SAMLAssertion, now: call.now };
      const identity = await deps.samlLogins.verify(presented);
      requireRolePair(input, identity);
      const { actions, ...question } = samlQuestion(accountId, identity);
      return { targets: roleTargets(named, actions, question), subject: { named, identity } };
    },

    async handle(input, { now, source }, { named, identity }) {
      const { role } = named;
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const duration = durationOf(input, { role, identity, now });
      const session = await sessionOf(deps, input, { role, identity });
      const packedSize = packedPolicySize(session);
      const { tags, sourceIdentity, sessionName } = identity;
      const isPacked = input.Policy !== undefined || input.PolicyArns !== undefined || tags.length > 0;
      const { accountId, roleName, path, roleId: uniqueId } = role;
      // last: a request that is refused for another reason can be corrected and repeated with the same assertion
      await deps.samlLogins.redeem(identity, now);
      const credentials = await deps.mint(
        { type: 'AssumedRole', accountId, roleName, path, uniqueId, sessionName, session },
        duration,
      );
      deps.lastUsed.recordRoleUse({ roleId: uniqueId, region: source.region ?? '', now });
      return {
        ...assumedRoleAnswer(role, sessionName, credentials),
        Subject: identity.subject,
        SubjectType: identity.subjectType,
        Issuer: identity.issuer,
        Audience: identity.audience,
        NameQualifier: identity.nameQualifier,
        ...(isPacked && { PackedPolicySize: packedSize }),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      };
    },
  });
}

/** The identity provider decides which of the roles that trust it each person may assume. */
function requireRolePair({ RoleArn, PrincipalArn }: Input, identity: SamlIdentity): void {
  if (listsRole(identity, { roleArn: RoleArn, providerArn: PrincipalArn })) return;
  const addition = " (the assertion's Role attribute does not have this role with this provider)";
  const message = `Not authorized to perform sts:AssumeRoleWithSAML${addition}`;
  throw new ServiceError('AccessDenied', message, { addition, kind: 'role-pair' });
}

interface Opening {
  readonly role: Role;
  readonly identity: SamlIdentity;
}

/** In seconds. The session ends no later than that of the identity provider; SessionDuration may shorten it. */
function durationOf(input: Input, { role, identity, now }: Opening & { readonly now: number }): number {
  const asked = sessionDuration(input.DurationSeconds, role, false);
  const { sessionDuration: shorter = asked, sessionEndsAt = Number.POSITIVE_INFINITY } = identity;
  const duration = Math.min(asked, shorter, Math.floor((sessionEndsAt - now) / 1000));
  if (duration > 0) return duration;
  throw new ServiceError(STS_ERRORS.ExpiredTokenException, 'Response has expired');
}

async function sessionOf(
  deps: StsDependencies,
  input: Input,
  { role, identity }: Opening,
): Promise<SessionRequest['session']> {
  const policies = await readSessionPolicies(deps.store, role.accountId, input);
  const { provider, tags, transitiveTagKeys, sessionClaims, sourceIdentity } = identity;
  return {
    tags,
    transitiveTagKeys,
    ...policies,
    federatedProvider: provider.arn,
    federatedClaims: sessionClaims,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}
