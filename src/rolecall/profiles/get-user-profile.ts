import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { PROFILE_OUTPUT, shownProfile } from './profile-shapes.ts';

export const GetUserProfile = declareOperation({
  name: 'GetUserProfile',
  documentation:
    'Returns the profile of a user: what apps may learn by the scopes `profile`, `phone` and `address`. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: true,
  input: NAMED_USER,
  output: PROFILE_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser],
});

export function getUserProfileOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(
    GetUserProfile,
    namedOperation(
      { store },
      {
        schema: GetUserProfile.schema,
        kind: USER,
        readOnly: true,
        name: ({ UserName }) => UserName,
        handle: ({ found }) => shownProfile(found),
      },
    ),
  );
}
