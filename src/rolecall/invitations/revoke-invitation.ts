import { revokeInvitation } from '../../identity/invitations/send-invitation.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { INVITATION_ERRORS } from './invitation-errors.ts';

export const RevokeInvitation = declareOperation({
  name: 'RevokeInvitation',
  documentation:
    'Ends the invitation of a user: its link stops working. The user stays. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: NAMED_USER,
  output: {},
  errors: [USER_ERRORS.NoSuchUser, INVITATION_ERRORS.NoSuchInvitation],
});

export function revokeInvitationOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(
    RevokeInvitation,
    namedOperation(
      { store },
      {
        schema: RevokeInvitation.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ found }) {
          if (!(await revokeInvitation(store, found)))
            throw new ServiceError(INVITATION_ERRORS.NoSuchInvitation, 'The user is not invited.');
          return {};
        },
      },
    ),
  );
}
