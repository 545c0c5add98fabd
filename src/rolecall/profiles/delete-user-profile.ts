import type { ProfileAttribute } from '../../identity/documents/users/profile.ts';
import { removeProfile } from '../../identity/profile/change-profile.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { PROFILE_ERRORS } from './profile-errors.ts';
import { PROFILE_OUTPUT, shownProfile } from './profile-shapes.ts';
import { requireChangeable } from './put-user-profile.ts';

export const DeleteUserProfile = declareOperation({
  name: 'DeleteUserProfile',
  documentation:
    'Removes every attribute that was set in the profile of a user. What outside logins give stays. Deleting or offboarding a user does the same. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: NAMED_USER,
  output: PROFILE_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser, PROFILE_ERRORS.OwnAttribute],
});

export function deleteUserProfileOperation({
  store,
  ownProfileAttributes,
}: Pick<RolecallDependencies, 'store' | 'ownProfileAttributes'>) {
  return declaredOperation(
    DeleteUserProfile,
    namedOperation(
      { store },
      {
        schema: DeleteUserProfile.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ call: { caller, now }, found }) {
          const remove = Object.keys(found.profile?.attributes ?? {}) as ProfileAttribute[];
          // Those that an outside login gives by now were set before, and are hidden by it.
          const { links: _links, ...user } = found;
          requireChangeable(user, { set: {}, remove }, { caller, ownProfileAttributes });
          const changed = await removeProfile({ store, now }, found);
          if (changed === undefined) throw USER.notFound(found.userName);
          return shownProfile(changed);
        },
      },
    ),
  );
}
