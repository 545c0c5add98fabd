import type { Target } from '../../authorize/target.ts';
import type { Assigned } from '../../identity/applications/assignments.ts';
import type { Group } from '../../identity/documents/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import type { RequiredKind } from '../../operations/named-operation.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { refuse } from '../connectors/given-connector.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { APPLICATION_ERRORS } from './application-errors.ts';

const GROUP: RequiredKind<Group> = {
  ...holderResource(groupKind),
  tags: () => undefined,
  notFound: (name) => new ServiceError(APPLICATION_ERRORS.NoSuchGroup, `There is no group with the name ${name}.`),
};

export const USER_NAME = NAMED_USER.UserName.shape;
export const GROUP_NAME = shape.text('AssignedGroupName', { length: [1, 128], audited: true });

/** The input that names a user or a group. */
export const ASSIGNEE = {
  UserName: shape.optional(USER_NAME, 'The name of a user. Either this or `GroupName` is needed.'),
  GroupName: shape.optional(GROUP_NAME, 'The name of a group.'),
};

interface GivenAssignee {
  readonly UserName?: string | undefined;
  readonly GroupName?: string | undefined;
}

/** A user or a group of the caller's account. */
export interface Assignee {
  readonly kind: Assigned;
  /** Its unique id. @throws {ServiceError} if it does not exist. */
  readonly id: () => string;
  readonly target: Target;
}

/** @throws {ServiceError} ValidationError unless exactly one is named. */
export async function findAssignee(
  store: IdentityStore,
  { schema }: Pick<Declared, 'schema'>,
  { UserName, GroupName, accountId }: GivenAssignee & { readonly accountId: string },
): Promise<Assignee> {
  const action = actionOf(schema);
  if (UserName !== undefined && GroupName === undefined) {
    const named = { accountId, name: UserName };
    const found = await USER.find(store, named);
    return {
      kind: 'users',
      target: namedTarget(USER, { action, named, found }),
      id: () => orMissing(found, USER.notFound(UserName)).userId,
    };
  }
  if (GroupName === undefined || UserName !== undefined) refuse(['exactly one of UserName and GroupName is needed']);
  const named = { accountId, name: GroupName ?? '' };
  const found = await GROUP.find(store, named);
  return {
    kind: 'groups',
    target: namedTarget(GROUP, { action, named, found }),
    id: () => orMissing(found, GROUP.notFound(named.name)).groupId,
  };
}

function orMissing<Found>(found: Found | undefined, missing: ServiceError): Found {
  if (found === undefined) throw missing;
  return found;
}
