import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { NAMED_USER, STATUS_OUTPUT, userStatus } from './user-status.ts';

/** Beside IAM's `GetUser`, whose output is AWS's and has no room for it. */
export const GetUserStatus = declareOperation({
  name: 'GetUserStatus',
  documentation:
    'Returns whether a user is enabled, and if not, who disabled it, why and since when. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: true,
  input: NAMED_USER,
  output: STATUS_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser],
});

export function getUserStatusOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(
    GetUserStatus,
    namedOperation(
      { store },
      {
        schema: GetUserStatus.schema,
        kind: USER,
        readOnly: true,
        name: ({ UserName }) => UserName,
        handle: ({ found, call: { now } }) => userStatus(found, now),
      },
    ),
  );
}
