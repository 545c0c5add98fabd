import { personBehind } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { END_DATE, NAMED_USER, STATUS_OUTPUT, userStatus } from './user-status.ts';

export const SetUserEndDate = declareOperation({
  name: 'SetUserEndDate',
  documentation:
    'Sets the date on which a user ends, such as a contractor or an auditor. From then on the user is disabled with the origin `END_DATE`: sign-in and access keys are refused, and all sessions, tokens and role sessions have ended, on every process within a second. A date in the past does so at once. Without `EndDate`, the date is removed. A later date, or none, enables a user again whom only the end date had disabled; sessions and tokens that ended stay ended. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: { ...NAMED_USER, EndDate: shape.optional(END_DATE, 'When the user ends. Absent: never.') },
  output: STATUS_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser, USER_ERRORS.OwnUser],
});

export function setUserEndDateOperation({ store, setEndDate }: Pick<RolecallDependencies, 'store' | 'setEndDate'>) {
  return declaredOperation(
    SetUserEndDate,
    namedOperation(
      { store },
      {
        schema: SetUserEndDate.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input: { EndDate }, call: { caller, now }, found }) {
          // A user with an end date must not be able to move it.
          if (personBehind(caller) === found.userId) {
            throw new ServiceError(USER_ERRORS.OwnUser, 'You cannot set your own end date. Ask another administrator.');
          }
          const changed = await setEndDate(found, EndDate?.getTime());
          if (changed === undefined) throw USER.notFound(found.userName);
          return userStatus(changed, now);
        },
      },
    ),
  );
}
