import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import { requireBoundaryPolicy } from '../policy-holder/attachable-policy.ts';
import { createHolder } from '../policy-holder/create-holder.ts';
import { mergeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { FOLDED_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { userKind } from './user-kind.ts';

export interface NewUser {
  readonly accountId: string;
  readonly userName: string;
  /** Default `/`. */
  readonly path?: string | undefined;
  readonly permissionsBoundaryArn?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Creates a user. @throws {ServiceError} EntityAlreadyExists, LimitExceeded, InvalidInput, NoSuchEntity (the boundary). */
export async function createUser(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  wanted: NewUser,
): Promise<User> {
  const { accountId, userName, permissionsBoundaryArn, tags = [] } = wanted;
  requireValidTags(FOLDED_KEYS, tags);
  const permissionsBoundary =
    permissionsBoundaryArn === undefined
      ? undefined
      : await requireBoundaryPolicy(store, accountId, permissionsBoundaryArn);
  const make = (): User => ({
    accountId,
    userId: makeId(ID_PREFIX.user, accountId, random),
    userName,
    nameKey: foldName(userName),
    path: wanted.path ?? '/',
    createdAt: wanted.now,
    inlinePolicies: [],
    attachedPolicies: [],
    ...(permissionsBoundary ? { permissionsBoundary } : {}),
    tags: mergeTags(FOLDED_KEYS, [], tags),
    groupIds: [],
    accessKeys: [],
    mfaDevices: [],
  });
  return createHolder(userKind, store, { accountId, make });
}
