import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import { assumeRoleTargets } from '../authorize/assume-role-targets.ts';
import { overrideTags } from '../authorize/context.ts';

import type { Tag } from '../identity/documents/entity.ts';
import type { NamedRole } from '../identity/roles/role-directory.ts';
import { accountsThrough, type Caller, userStampOf } from '../identity/sessions/caller.ts';
import { inheritedTags } from '../identity/sessions/inherited-tags.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { transitiveKeysFault } from '../identity/sessions/session-tags.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
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
      const resolved = { tags, transitiveTagKeys, sourceIdentity, mfaAuthenticatedAt };
      const { RoleSessionName: sessionName, ExternalId: externalId } = input;
      const targets = assumeRoleTargets(named, { ...resolved, passed, sessionName, externalId });
      return { targets, subject: { named, ...resolved } };
    },

    async handle(input, { caller, now, source }, prepared) {
      const { role } = prepared.named;
      if (role === undefined) throw new Error('a role that does not exist cannot have been allowed');
      const duration = sessionDuration(input.DurationSeconds, role, caller.session !== undefined);
      const policies = await readSessionPolicies(deps.store, role.accountId, input);
      const session = sessionOf(prepared, policies, { caller, accountId: role.accountId });
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

/** The facts of the new session. Assigned one by one, which is much cheaper than spreading optional members. */
function sessionOf(
  { tags, transitiveTagKeys, sourceIdentity, mfaAuthenticatedAt }: Prepared,
  { sessionPolicies, sessionPolicyArns, sessionPolicyIds }: SessionPolicies,
  { caller, accountId }: { readonly caller: Caller; readonly accountId: string },
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
  if (caller.session !== undefined) session.isChained = true;
  const through = accountsThrough(caller, accountId);
  if (through !== undefined) session.through = through;
  const login = caller.session?.login;
  if (login !== undefined) session.login = login;
  const signIn = caller.session?.signIn;
  if (signIn !== undefined) session.signIn = signIn;
  const user = userStampOf(caller);
  if (user !== undefined) session.user = user;
  const delegation = caller.session?.delegation;
  if (delegation !== undefined) session.delegation = delegation;
  return session;
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
  // The device is the approver's, and its codes are not for others to try.
  if (caller.session?.delegation !== undefined)
    throw new ServiceError('AccessDenied', 'Delegated credentials cannot show an MFA code.');
  await deps.verifyMfa(caller, { serialNumber: SerialNumber, code: TokenCode, ip, now });
  return now;
}
