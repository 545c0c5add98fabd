import { pageOf } from '../../identity/rules/paging.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { shownSession, USER_SESSION } from './user-session-shapes.ts';

const LIST = 'ListUserSessions';

export const ListUserSessions = declareOperation({
  name: LIST,
  documentation:
    'Lists the browsers in which a user is signed in. Refresh tokens and role sessions are not listed; `EndUserSessions` ends them too. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: true,
  input: { ...NAMED_USER, ...shape.pageRequest },
  output: {
    Sessions: shape.required(shape.list('UserSessionList', USER_SESSION), 'The sessions, the latest sign-in first.'),
    ...shape.pageResponse,
  },
  errors: [USER_ERRORS.NoSuchUser],
  pageOf: 'Sessions',
});

export function listUserSessionsOperation({
  store,
  userSessions,
}: Pick<RolecallDependencies, 'store' | 'userSessions'>) {
  return declaredOperation(
    ListUserSessions,
    namedOperation(
      { store },
      {
        schema: ListUserSessions.schema,
        kind: USER,
        readOnly: true,
        name: ({ UserName }) => UserName,
        async handle({ input: { NextToken: marker, MaxResults: maxItems }, found }) {
          const page = pageOf(await userSessions.list(found.userId), {
            list: LIST,
            positionOf: ({ signedInAt, uid }) => `${LATEST - signedInAt} ${uid}`,
            request: { marker, maxItems },
          });
          return {
            Sessions: page.items.map(shownSession),
            ...(page.marker !== undefined && { NextToken: page.marker }),
          };
        },
      },
    ),
  );
}

/** A time after all others (ms), with as many digits as the difference to any of them, so that texts sort like times. */
const LATEST = 9_999_999_999_999;
