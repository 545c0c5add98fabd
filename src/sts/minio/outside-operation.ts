import type { StaticOperationSchema } from '@smithy/types';
import { roleTargets } from '../../authorize/role-targets.ts';
import type { LoginStamp } from '../../identity/credentials/login-generation.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import type { Role } from '../../identity/documents/role.ts';
import type { NamedRole } from '../../identity/roles/role-directory.ts';
import type { SessionFacts } from '../../identity/sessions/caller.ts';
import { assertedTagsFault } from '../../identity/sessions/session-tags.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type Call, type UnsignedOperation, unsignedOperation } from '../../operations/operation.ts';
import type { ContextValue, PrincipalType, RequestPrincipal } from '../../policy/request.ts';
import { assumedRoleAnswer } from '../answers.ts';
import { packedPolicySize } from '../packed-policy-size.ts';
import { findNamedRole, readSessionPolicies, type SessionPolicies } from '../role-session.ts';
import type { StsDependencies } from '../sts-dependencies.ts';
import { STS_ERRORS } from '../sts-errors.ts';

/** The parameters that all of MinIO's operations have. */
export interface OutsideInput {
  readonly RoleArn?: string;
  readonly Policy?: string;
  readonly DurationSeconds?: number;
  readonly TokenRevokeType?: string;
}

/** Who the caller has proven to be, outside this server. */
export interface OutsideIdentity {
  readonly principal: RequestPrincipal & { readonly type: PrincipalType };
  /** The ARN by which trust policies name the source. */
  readonly providerArn: string;
  /** A valid session name, of this identity alone. */
  readonly sessionName: string;
  /** Condition keys for the trust policy, by lower-case name. None of them is an `aws:` key. */
  readonly conditions: ReadonlyMap<string, ContextValue>;
  /** Those that remain available in requests of the session. */
  readonly sessionClaims: Readonly<Record<string, ContextValue>>;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** For a person who is a user here: the session ends with the login. */
  readonly login?: LoginStamp;
  /** The session ends no later, ms since the epoch. */
  readonly endsAt?: number;
  /** Members of the answer besides those of every operation. */
  readonly answer: object;
}

/** What distinguishes one of MinIO's operations from another. */
export interface OutsideOperation<Input extends OutsideInput> {
  readonly schema: StaticOperationSchema;
  /** The action that the role's trust policy must allow. */
  readonly action: string;
  /** The role to assume if the request names none. @throws {ServiceError} if none is configured. */
  defaultRole(input: Input): string;
  /** Verifies who the caller is. `accountId` is that of the role. @throws {ServiceError} */
  verify(input: Input, accountId: string, call: Call): Promise<OutsideIdentity>;
}

interface Prepared {
  readonly named: NamedRole;
  readonly identity: OutsideIdentity;
  readonly tags: readonly Tag[];
}

const DEFAULT_DURATION = 3600;
/** MinIO revokes sessions by this type; here it is a session tag, so that a policy can deny by it. */
const REVOKE_TYPE_TAG = 'TokenRevokeType';

/**
 * An operation of MinIO that opens a role session for an identity from outside. Like AssumeRoleWithWebIdentity, it is authorised only
 * by the role's trust policy. If the request names no role, it is the configured default role.
 */
export function outsideOperation<Input extends OutsideInput>(
  deps: StsDependencies,
  { schema, action, defaultRole, verify }: OutsideOperation<Input>,
): UnsignedOperation<Input, object, Prepared> {
  return unsignedOperation({
    schema,
    readOnly: true,

    async authorize(input, call) {
      const byDefault = defaultRole(input);
      const roleArn =
        input.RoleArn === undefined ? byDefault : (deps.minio?.roleArns.get(input.RoleArn) ?? input.RoleArn);
      const named = await findNamedRole(deps.roles, roleArn);
      call.concernedAccount = named.role?.accountId;
      const identity = await verify(input, named.accountId, call);
      const tags = tagsOf(input, identity);
      const actions = [action];
      if (tags.length > 0) actions.push('sts:TagSession');
      if (identity.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
      const { principal } = identity;
      return {
        targets: roleTargets(named, actions, { requestTags: tags, conditions: conditionsOf(identity), principal }),
        subject: { named, identity, tags },
      };
    },

    async handle(input, { now, source }, { named: { role }, identity, tags }) {
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const { accountId, roleName, path, roleId: uniqueId } = role;
      const { sessionName, sourceIdentity, answer } = identity;
      const duration = durationOf(input, { role, identity, now });
      const session = sessionOf(identity, tags, await readSessionPolicies(deps.store, accountId, input));
      const packedSize = packedPolicySize(session);
      const credentials = await deps.mint(
        { type: 'AssumedRole', accountId, roleName, path, uniqueId, sessionName, session },
        duration,
      );
      deps.lastUsed.recordRoleUse({ roleId: uniqueId, region: source.region ?? '', now });
      return {
        ...assumedRoleAnswer(role, sessionName, credentials),
        ...answer,
        ...((input.Policy !== undefined || tags.length > 0) && { PackedPolicySize: packedSize }),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      };
    },
  });
}

function tagsOf({ TokenRevokeType }: OutsideInput, { tags, transitiveTagKeys }: OutsideIdentity): readonly Tag[] {
  if (TokenRevokeType === undefined) return tags;
  const all = [...tags, { key: REVOKE_TYPE_TAG, value: TokenRevokeType }];
  const fault = assertedTagsFault({ tags: all, transitiveTagKeys });
  if (fault !== undefined) throw new ServiceError('InvalidParameterValue', `TokenRevokeType: ${fault}`);
  return all;
}

/**
 * In seconds. MinIO's clients ask for up to a year, so a longer session than the role or the identity permits is shortened, not
 * refused; the answer says when it ends.
 */
function durationOf(
  { DurationSeconds = DEFAULT_DURATION }: OutsideInput,
  { role, identity, now }: { readonly role: Role; readonly identity: OutsideIdentity; readonly now: number },
): number {
  const left = Math.floor(((identity.endsAt ?? Number.POSITIVE_INFINITY) - now) / 1000);
  if (left > 0) return Math.min(DurationSeconds, role.maxSessionDuration, left);
  throw new ServiceError(STS_ERRORS.ExpiredTokenException, 'The proof of identity has expired');
}

function sessionOf(
  { providerArn, transitiveTagKeys, sessionClaims, sourceIdentity, login }: OutsideIdentity,
  tags: readonly Tag[],
  policies: SessionPolicies,
): Omit<SessionFacts, 'issuedAt' | 'expiresAt'> {
  return {
    tags,
    transitiveTagKeys,
    ...policies,
    federatedProvider: providerArn,
    federatedClaims: sessionClaims,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(login !== undefined && { login }),
  };
}

function conditionsOf({
  conditions: own,
  sessionName,
  providerArn,
  sourceIdentity,
  transitiveTagKeys,
}: OutsideIdentity): ReadonlyMap<string, ContextValue> {
  const conditions = new Map<string, ContextValue>(own);
  conditions.set('sts:rolesessionname', sessionName);
  conditions.set('aws:federatedprovider', providerArn);
  if (sourceIdentity !== undefined) conditions.set('sts:sourceidentity', sourceIdentity);
  if (transitiveTagKeys.length > 0) conditions.set('sts:transitivetagkeys', transitiveTagKeys);
  return conditions;
}

/** The refusal of an operation that the operator has not configured. */
export function notConfigured(operation: string, setting: string): ServiceError {
  return new ServiceError(
    'ValidationError',
    `${operation} is not configured on this server: it needs a default role (setting ${setting}).`,
  );
}
