import type { Application } from '../../identity/documents/application.ts';
import { pageOf } from '../../identity/rules/paging.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { APPLICATION_ERRORS } from './application-errors.ts';
import { NAMED_APPLICATION } from './application-shapes.ts';
import { GROUP_NAME, USER_NAME } from './assignee.ts';
import { authorizeNamed, requireFound } from './named-application.ts';

const { optional, required, structure, text } = shape;

const ASSIGNMENT = structure(
  'ApplicationAssignment',
  {
    Id: required(text('AssignedId', { length: [1, 128] }), 'The unique id of the user or group.'),
    UserName: optional(USER_NAME, 'The name that the user has now.'),
    GroupName: optional(GROUP_NAME, 'The name that the group has now.'),
  },
  { documentation: 'A user or a group to which an application is assigned.' },
);

/** Lists to whom an application is assigned. */
export const ListApplicationAssignments = declareOperation({
  name: 'ListApplicationAssignments',
  documentation:
    'Lists the users and groups to which an application is assigned. Those that were deleted are left out. The permission is checked on `arn:aws:rolecall::<account>:application/<id>`.',
  readOnly: true,
  input: { ...NAMED_APPLICATION, ...shape.pageRequest },
  output: {
    Assignments: required(shape.list('ApplicationAssignmentList', ASSIGNMENT), 'The assignments, by unique id.'),
    ...shape.pageResponse,
  },
  errors: [APPLICATION_ERRORS.NoSuchApplication, APPLICATION_ERRORS.SelfRegistered],
  pageOf: 'Assignments',
});

export function listApplicationAssignmentsOperation({ store }: RolecallDependencies) {
  return declaredOperation(ListApplicationAssignments, {
    authorize: ({ ApplicationId: id }, { caller: { accountId } }) =>
      authorizeNamed(store, ListApplicationAssignments, { accountId, id }),
    async handle({ ApplicationId: id, NextToken, MaxResults }, _call, found) {
      const { items, marker } = pageOf(await assignmentsOf(store, requireFound(found, id)), {
        list: `ListApplicationAssignments ${id}`,
        positionOf: ({ Id }) => Id,
        request: { marker: NextToken, maxItems: MaxResults },
      });
      return { Assignments: items, ...(marker !== undefined && { NextToken: marker }) };
    },
  });
}

async function assignmentsOf(
  { users, groups }: Pick<IdentityStore, 'users' | 'groups'>,
  { accountId, assignments }: Application,
) {
  const [ofUsers, ofGroups] = await Promise.all([
    Promise.all(assignments.users.map((id) => users.get([accountId, id]))),
    Promise.all(assignments.groups.map((id) => groups.get([accountId, id]))),
  ]);
  const shown = [
    ...ofGroups.flatMap((group) => (group ? [{ Id: group.groupId, GroupName: group.groupName }] : [])),
    ...ofUsers.flatMap((user) => (user ? [{ Id: user.userId, UserName: user.userName }] : [])),
  ];
  return shown.sort((one, other) => (one.Id < other.Id ? -1 : 1));
}
