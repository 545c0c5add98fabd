import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { Role } from '../documents/role.ts';
import { requireBoundaryPolicy } from '../policy-holder/attachable-policy.ts';
import { createHolder } from '../policy-holder/create-holder.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { mergeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { FOLDED_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { roleKind } from './role-kind.ts';

/** In seconds; applies to roles that specify none. */
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

/** Only services create roles under this path [aws-behaviour 33]; anyone may use `/service-role/`. */
const RESERVED_PATH = '/aws-service-role/';

/** @throws {ServiceError} InvalidInput */
export function requireFreePath(path = '/'): void {
  if (path.toLowerCase().startsWith(RESERVED_PATH)) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      `Path prefix '${RESERVED_PATH}' can only be used for AWS Service linked Roles`,
    );
  }
}

/**
 * Creates a role.
 * @throws {ServiceError} EntityAlreadyExists, LimitExceeded, InvalidInput, MalformedPolicyDocument, NoSuchEntity (the boundary).
 */
export async function createRole(deps: Pick<IdentityDependencies, 'store' | 'random'>, wanted: NewRole): Promise<Role> {
  requireFreePath(wanted.path);
  return storeRole(deps, wanted);
}

/**
 * Stores a new role under any path, perhaps with policies.
 * @throws {ServiceError} like {@link createRole}, except for the path.
 */
export async function storeRole(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  wanted: NewRole,
  given: Partial<Pick<Role, 'linkedService' | 'sourceTemplate' | 'attachedPolicies' | 'inlinePolicies'>> = {},
): Promise<Role> {
  const { accountId, roleName, description, permissionsBoundaryArn, tags = [] } = wanted;
  requireValidTags(FOLDED_KEYS, tags);
  const trust = await checkTrustPolicy(store, wanted.trustPolicy);
  const permissionsBoundary =
    permissionsBoundaryArn === undefined
      ? undefined
      : await requireBoundaryPolicy(store, accountId, permissionsBoundaryArn);
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
    tags: mergeTags(FOLDED_KEYS, [], tags),
    ...given,
  });
  return createHolder(roleKind, store, { accountId, make });
}
