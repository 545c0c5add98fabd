import { enableUser } from '../../identity/users/disable-user.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { NAMED_USER, ORIGIN, STATUS_OUTPUT, storedOrigin, userStatus } from './user-status.ts';

export const EnableUser = declareOperation({
  name: 'EnableUser',
  documentation:
    'Enables a user that an administrator or, with `Origin`, the directory or the end date has disabled. A user whom several have disabled stays disabled until all of them are withdrawn; the output says so. Sign-in and access keys work again, but sessions and tokens that ended stay ended. A user who was offboarded gets no outside login back: link them again. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    Origin: shape.optional(
      ORIGIN,
      'Who disabled the user; default: `ADMINISTRATOR`. Use `DIRECTORY` only if the directory is no longer connected; otherwise it disables the user again.',
    ),
  },
  output: STATUS_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser],
});

export function enableUserOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(
    EnableUser,
    namedOperation(
      { store },
      {
        schema: EnableUser.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input: { Origin = 'ADMINISTRATOR' }, call: { now }, found }) {
          const enabled = await enableUser(store, found, storedOrigin(Origin));
          if (enabled === undefined) throw USER.notFound(found.userName);
          return userStatus(enabled, now);
        },
      },
    ),
  );
}
