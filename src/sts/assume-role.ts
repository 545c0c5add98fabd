import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import { overrideTags } from '../authorize/context.ts';
import { roleTargets } from '../authorize/role-targets.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { NamedRole } from '../identity/roles/role-directory.ts';
import { type Caller, userStampOf } from '../identity/sessions/caller.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { transitiveKeysFault } from '../identity/sessions/session-tags.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type Authorization, type SignedOperation, signedOperation } from '../operations/operation.ts';
import type { ContextValue } from '../policy/request.ts';
import { assumedRoleAnswer } from './answers.ts';
import { packedPolicySize } from './packed-policy-size.ts';
import {
  findNamedRole,
  readSessionPolicies,
  readSessionTags,
  type SessionPolicies,
  sessionDuration,
} from './role-session.ts';
import type { StsDependencies } from './sts-dependencies.ts';

type Input = Decoded<AssumeRoleRequest>;

/** The part of the request that is resolved before it is authorised. */
interface Prepared {
  readonly named: NamedRole;
  /** All tags of the new session: those passed, and those inherited from the calling session. */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly mfaAuthenticatedAt: number | undefined;
}

/**
 * Opens a session of a role whose trust policy allows it. Session tags also require `sts:TagSession`, and a source
 * identity `sts:SetSourceIdentity`, even if they are inherited from the calling session.
 */
export function assumeRoleOperation(deps: StsDependencies): SignedOperation<Input, AssumeRoleResponse, Prepared> {
  return signedOperation({
    schema: AssumeRole$,
    // Changes nothing in the store: the credentials are derived, not stored.
    readOnly: true,

    async authorize(input, { caller, now, source }) {
      if (caller.type === 'Account') {
        throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.');
      }
      const named = await findNamedRole(deps.roles, input.RoleArn);
      const passed = readSessionTags(input.Tags);
      const inherited = inheritedTags(caller);
      const transitiveTagKeys = readTransitiveKeys(input.TransitiveTagKeys ?? [], passed, inherited);
      const sourceIdentity = readSourceIdentity(input.SourceIdentity, caller);
      const mfaAuthenticatedAt = await verifyMfa(deps, input, caller, { ip: source.ip, now });
      const tags = overrideTags(inherited, passed);
      return authorizationOf(input, passed, { named, tags, transitiveTagKeys, sourceIdentity, mfaAuthenticatedAt });
    },

    async handle(input, { caller, now, source }, prepared) {
      const { role } = prepared.named;
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const duration = sessionDuration(input.DurationSeconds, role, caller.session !== undefined);
      const policies = await readSessionPolicies(deps.store, role.accountId, input);
      const session = sessionOf(prepared, policies, caller);
      const packedSize = packedPolicySize(session);
      const { accountId, roleName, path, roleId: uniqueId } = role;
      const sessionName = input.RoleSessionName;
      const asked = { type: 'AssumedRole', accountId, roleName, path, uniqueId, sessionName, session } as const;
      const credentials = await deps.mint(asked, duration);
      deps.lastUsed.recordRoleUse({ roleId: uniqueId, region: source.region ?? '', now });
      const answer: AssumeRoleResponse = assumedRoleAnswer(role, sessionName, credentials);
      const isPacked = input.Policy !== undefined || input.PolicyArns !== undefined || prepared.tags.length > 0;
      if (isPacked) answer.PackedPolicySize = packedSize;
      if (prepared.sourceIdentity !== undefined) answer.SourceIdentity = prepared.sourceIdentity;
      return answer;
    },
  });
}

/** The permissions that the fully resolved request requires. */
function authorizationOf(input: Input, passed: readonly Tag[], subject: Prepared): Authorization<Prepared> {
  const { named, tags, sourceIdentity } = subject;
  const actions = ['sts:AssumeRole'];
  if (tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  const conditions = conditionsOf(input, subject);
  return { targets: roleTargets(named, actions, { requestTags: passed, conditions }), subject };
}

/** The facts of the new session. Assigned one by one, which is much cheaper than spreading optional members. */
function sessionOf(
  { tags, transitiveTagKeys, sourceIdentity, mfaAuthenticatedAt }: Prepared,
  { sessionPolicies, sessionPolicyArns, sessionPolicyIds }: SessionPolicies,
  caller: Caller,
): SessionRequest['session'] {
  const session: { -readonly [Fact in keyof SessionRequest['session']]: SessionRequest['session'][Fact] } = {
    tags,
    transitiveTagKeys,
    sessionPolicies,
    sessionPolicyArns,
  };
  if (sessionPolicyIds !== undefined) session.sessionPolicyIds = sessionPolicyIds;
  if (sourceIdentity !== undefined) session.sourceIdentity = sourceIdentity;
  if (mfaAuthenticatedAt !== undefined) session.mfaAuthenticatedAt = mfaAuthenticatedAt;
  const federatedProvider = caller.session?.federatedProvider;
  if (federatedProvider !== undefined) session.federatedProvider = federatedProvider;
  const login = caller.session?.login;
  if (login !== undefined) session.login = login;
  const user = userStampOf(caller);
  if (user !== undefined) session.user = user;
  return session;
}

/** The tags that every session opened from the calling session inherits. */
function inheritedTags(caller: Caller): readonly Tag[] {
  const { session } = caller;
  if (session === undefined || session.transitiveTagKeys.length === 0) return [];
  const transitive = new Set(session.transitiveTagKeys.map((key) => key.toLowerCase()));
  return session.tags.filter((tag) => transitive.has(tag.key.toLowerCase()));
}

/** The transitive keys of the new session: the requested ones, and the inherited ones, which cannot be overridden. */
function readTransitiveKeys(asked: readonly string[], passed: readonly Tag[], inherited: readonly Tag[]): string[] {
  if (asked.length === 0 && inherited.length === 0) return [];
  const inheritedKeys = new Set(inherited.map((tag) => tag.key.toLowerCase()));
  const clash = passed.find((tag) => inheritedKeys.has(tag.key.toLowerCase()));
  if (clash !== undefined) {
    throw new ServiceError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const fault = transitiveKeysFault({ tags: passed, transitiveTagKeys: asked });
  if (fault !== undefined) throw new ServiceError('InvalidParameterValue', fault);
  return [...inherited.map((tag) => tag.key), ...asked];
}

/** A source identity stays the same for the whole chain of sessions. */
function readSourceIdentity(asked: string | undefined, caller: Caller): string | undefined {
  const held = caller.session?.sourceIdentity;
  if (held !== undefined && asked !== undefined && asked !== held) {
    throw new ServiceError(
      'AccessDenied',
      'The source identity of the calling session cannot be changed: omit SourceIdentity or pass the same value.',
    );
  }
  return held ?? asked;
}

/** The time of MFA: now, if the request carries a valid code. */
async function verifyMfa(
  deps: StsDependencies,
  { SerialNumber, TokenCode }: Input,
  caller: Caller,
  { ip, now }: { ip: string; now: number },
): Promise<number | undefined> {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined;
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw new ServiceError('ValidationError', 'SerialNumber and TokenCode must be given together.');
  }
  await deps.verifyMfa(caller, { serialNumber: SerialNumber, code: TokenCode, ip, now });
  return now;
}

function conditionsOf(
  input: Input,
  facts: Pick<Prepared, 'transitiveTagKeys' | 'sourceIdentity' | 'mfaAuthenticatedAt'>,
): ReadonlyMap<string, ContextValue> {
  const conditions = new Map<string, ContextValue>([['sts:rolesessionname', input.RoleSessionName]]);
  if (input.ExternalId !== undefined) conditions.set('sts:externalid', input.ExternalId);
  if (facts.sourceIdentity !== undefined) conditions.set('sts:sourceidentity', facts.sourceIdentity);
  if (facts.transitiveTagKeys.length > 0) conditions.set('sts:transitivetagkeys', facts.transitiveTagKeys);
  if (facts.mfaAuthenticatedAt !== undefined) {
    conditions.set('aws:multifactorauthpresent', 'true');
    conditions.set('aws:multifactorauthage', '0');
  }
  return conditions;
}
