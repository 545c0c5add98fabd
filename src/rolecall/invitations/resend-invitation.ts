import { resendInvitation } from '../../identity/invitations/send-invitation.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { givingSignIn } from './gives-sign-in.ts';
import { INVITATION_ERRORS, requireSent } from './invitation-errors.ts';
import { SENT_OUTPUT, shownSent } from './invitation-shapes.ts';

export const ResendInvitation = declareOperation({
  name: 'ResendInvitation',
  documentation:
    'Makes a new link for an invited user, for 72 more hours, and mails or shows it as `InviteUser` does. The previous link stops working. Also for an invitation that has expired. The caller also needs `iam:CreateLoginProfile`. Both are checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: NAMED_USER,
  output: SENT_OUTPUT,
  errors: [
    USER_ERRORS.NoSuchUser,
    INVITATION_ERRORS.NoSuchInvitation,
    INVITATION_ERRORS.HasSignIn,
    INVITATION_ERRORS.Disabled,
    INVITATION_ERRORS.TooMany,
    INVITATION_ERRORS.NotAccepted,
  ],
});

export function resendInvitationOperation({
  store,
  protection,
  invitations,
}: Pick<RolecallDependencies, 'store' | 'protection' | 'invitations'>) {
  return declaredOperation(
    ResendInvitation,
    givingSignIn(
      protection,
      namedOperation(
        { store },
        {
          schema: ResendInvitation.schema,
          kind: USER,
          readOnly: false,
          name: ({ UserName }) => UserName,
          async handle({ call: { now }, found }) {
            return shownSent(requireSent(await resendInvitation(invitations, { user: found, now }), found.userName));
          },
        },
      ),
    ),
  );
}
