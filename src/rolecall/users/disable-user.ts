import { personBehind } from '../../identity/sessions/caller.ts';
import { disableUser } from '../../identity/users/disable-user.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { GIVEN_REASON, NAMED_USER, STATUS_OUTPUT, userStatus } from './user-status.ts';

/** Disables a user for an administrator. Directories disable users in process, with an origin of their own. */
export const DisableUser = declareOperation({
  name: 'DisableUser',
  documentation:
    'Disables a user: sign-in and access keys are refused, and all sessions, tokens and role sessions of the user end, on every process within a second. Nothing is deleted. Disabling the user again replaces the reason. Root users cannot be disabled. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: { ...NAMED_USER, ...GIVEN_REASON },
  output: STATUS_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser, USER_ERRORS.OwnUser],
});

export function disableUserOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(
    DisableUser,
    namedOperation(
      { store },
      {
        schema: DisableUser.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input: { Reason: reason }, call: { caller, now }, found }) {
          if (personBehind(caller) === found.userId) {
            throw new ServiceError(USER_ERRORS.OwnUser, 'You cannot disable yourself. Ask another administrator.');
          }
          const disabled = await disableUser(store, found, { origin: 'administrator', reason, now });
          if (disabled === undefined) throw USER.notFound(found.userName);
          return userStatus(disabled, now);
        },
      },
    ),
  );
}
