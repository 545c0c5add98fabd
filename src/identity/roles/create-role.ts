import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { foldName, type Tag } from '../entity.ts';
import type { IdentityDependencies } from '../identity-dependencies.ts';
import { requireAttachablePolicy } from '../policy-holder/attachable-policy.ts';
import { createHolder } from '../policy-holder/create-holder.ts';
import { mergeTags } from '../tags/merge-tags.ts';
import { requireValidTags } from '../tags/require-valid-tags.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import type { Role } from './role.ts';
import { roleKind } from './role-kind.ts';

/** Seconds; of roles that say nothing else. */
const DEFAULT_MAX_SESSION_DURATION = 3600;

export interface NewRole {
  readonly accountId: string;
  readonly roleName: string;
  /** Default `/`. */
  readonly path?: string | undefined;
  readonly trustPolicy: string;
  readonly description?: string | undefined;
  /** Seconds, 3600 to 43200; default 3600. */
  readonly maxSessionDuration?: number | undefined;
  readonly permissionsBoundaryArn?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Makes a role.
 * @throws {ServiceError} EntityAlreadyExists, LimitExceeded, InvalidInput, MalformedPolicyDocument, NoSuchEntity (the boundary).
 */
export async function createRole(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  wanted: NewRole,
): Promise<Role> {
  const { accountId, roleName, description, permissionsBoundaryArn, tags = [] } = wanted;
  requireValidTags(tags);
  const trust = await checkTrustPolicy(store, wanted.trustPolicy);
  const permissionsBoundary =
    permissionsBoundaryArn === undefined
      ? undefined
      : await requireAttachablePolicy(store, accountId, permissionsBoundaryArn);
  const make = (): Role => ({
    accountId,
    roleId: makeId(ID_PREFIX.role, accountId, random),
    roleName,
    nameKey: foldName(roleName),
    path: wanted.path ?? '/',
    ...(description === undefined ? {} : { description }),
    createdAt: wanted.now,
    maxSessionDuration: wanted.maxSessionDuration ?? DEFAULT_MAX_SESSION_DURATION,
    ...trust,
    inlinePolicies: [],
    attachedPolicies: [],
    ...(permissionsBoundary ? { permissionsBoundary } : {}),
    tags: mergeTags([], tags),
  });
  return createHolder(roleKind, store, { accountId, make });
}
