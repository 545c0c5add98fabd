import { changeCredentials } from '../../identity/credentials/change-credentials.ts';
import { withLoginsEnded } from '../../identity/credentials/login-generation.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { SESSION_ERRORS, SESSION_ID } from './user-session-shapes.ts';

export const EndUserSessions = declareOperation({
  name: 'EndUserSessions',
  documentation:
    'Signs a user out everywhere: browser sessions, sign-ins in progress, codes, refresh tokens, access tokens and role sessions that came from a sign-in end, on every process within a second. With `SessionId`, it ends one browser session and the tokens bound to it; refresh tokens of `offline_access` and role sessions go on. Nobody is disabled: the user may sign in again. Access keys, and sessions that came from them, go on; `DisableUser` ends those. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    SessionId: shape.optional(SESSION_ID, 'One session, as `ListUserSessions` names it. Absent: everything.'),
  },
  output: {
    EndedSessions: shape.required(shape.integer('EndedSessions'), 'How many browser sessions ended.'),
  },
  errors: [USER_ERRORS.NoSuchUser, SESSION_ERRORS.NoSuchSession],
});

export function endUserSessionsOperation({
  store,
  userSessions,
}: Pick<RolecallDependencies, 'store' | 'userSessions'>) {
  return declaredOperation(
    EndUserSessions,
    namedOperation(
      { store },
      {
        schema: EndUserSessions.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input: { SessionId }, found: { accountId, userId, userName } }) {
          if (SessionId !== undefined) {
            if (await userSessions.end(userId, SessionId)) return { EndedSessions: 1 };
            throw new ServiceError(SESSION_ERRORS.NoSuchSession, `The user ${userName} has no session ${SessionId}.`);
          }
          const sessions = await userSessions.list(userId);
          const holder = await changeCredentials(store, { accountId, subject: userId }, withLoginsEnded);
          if (holder === undefined) throw USER.notFound(userName);
          return { EndedSessions: sessions.length };
        },
      },
    ),
  );
}
