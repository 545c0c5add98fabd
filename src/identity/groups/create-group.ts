import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { foldName } from '../documents/entity.ts';
import type { Group } from '../documents/group.ts';
import { createHolder } from '../policy-holder/create-holder.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { groupKind } from './group-kind.ts';

export interface NewGroup {
  readonly accountId: string;
  readonly groupName: string;
  /** Default `/`. */
  readonly path?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Creates a group. @throws {ServiceError} EntityAlreadyExists, LimitExceeded. */
export async function createGroup(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  { accountId, groupName, path = '/', now }: NewGroup,
): Promise<Group> {
  const make = (): Group => ({
    accountId,
    groupId: makeId(ID_PREFIX.group, accountId, random),
    groupName,
    nameKey: foldName(groupName),
    path,
    createdAt: now,
    inlinePolicies: [],
    attachedPolicies: [],
  });
  return createHolder(groupKind, store, { accountId, make });
}
