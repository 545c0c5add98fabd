import { parseArn } from '../../kernel/arn.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { type Caller, type SessionFacts, userStampOf } from '../sessions/caller.ts';
import type { SessionRequest } from '../sessions/mint.ts';
import { decodeClaims, encodeClaims } from '../sessions/session-claims.ts';
import type { SessionIdentity } from '../sessions/session-identity.ts';

/**
 * What is kept of an approver: who it is and how its session came about, so that the delegated session has the same policies, tags and
 * limits, and ends with the same sign-in or user.
 */
export function approvalOf(caller: Caller, at: number): NonNullable<DelegationRequest['approval']> {
  return { arn: caller.arn, at, claims: encodeClaims(identityOf(caller, at), '') };
}

/** The session that delegated credentials are for; `undefined` if nobody has approved, or a later version has written it. */
export function delegatedSession({
  delegationRequestId: requestId,
  requestorAccountId,
  approval,
}: DelegationRequest): SessionRequest | undefined {
  const identity = approval && decodeClaims(approval.claims);
  if (approval === undefined || identity === undefined) return undefined;
  const { accessKeyId: _none, session: facts, ...who } = identity;
  const { issuedAt: _issued, expiresAt: _expires, ...session } = facts;
  return { ...who, session: { ...session, delegation: { requestId, requestorAccountId, acceptedAt: approval.at } } };
}

function identityOf(caller: Caller, at: number): SessionIdentity {
  const { accountId } = caller;
  const common = { accountId, accessKeyId: '', session: factsOf(caller, at) };
  switch (caller.type) {
    case 'Account':
      return { ...common, type: 'Account' };
    case 'User': {
      const { userName, uniqueId } = caller;
      return { ...common, type: 'User', userName, uniqueId, path: pathIn(caller.arn, 'user', userName) };
    }
    case 'AssumedRole': {
      const { roleName, uniqueId, sessionName } = caller;
      const path = pathIn(caller.roleArn, 'role', roleName);
      return { ...common, type: 'AssumedRole', roleName, uniqueId, sessionName, path };
    }
    case 'FederatedUser':
      throw new TypeError('a federated user may not call IAM');
  }
}

function factsOf(caller: Caller, at: number): SessionFacts {
  const none: SessionFacts = {
    ...{ issuedAt: at, expiresAt: at, tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] },
  };
  // Of role chaining, only the limit of its own duration is left. The approver's second factor was shown for the approval, not for what others
  // do with it.
  const { isChained: _chained, delegation: _delegation, mfaAuthenticatedAt: _mfa, ...held } = caller.session ?? none;
  const user = userStampOf(caller);
  const { federatedClaims: claims } = held;
  return {
    ...{ ...held, issuedAt: at, expiresAt: at },
    ...(user !== undefined && { user }),
    ...(claims !== undefined && { federatedClaims: withoutFactors(claims) }),
  };
}

/** The claims of a provider without the factors that the approver has shown there (`<issuer>:amr`). */
function withoutFactors(
  claims: NonNullable<SessionFacts['federatedClaims']>,
): NonNullable<SessionFacts['federatedClaims']> {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => !key.endsWith(':amr')));
}

/** `/team/` in `arn:aws:iam::123456789012:user/team/alice`. */
function pathIn(arn: string, type: string, name: string): string {
  return parseArn(arn)?.resource.slice(type.length, -name.length) ?? '/';
}
