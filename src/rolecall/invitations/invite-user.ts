import { inviteUser } from '../../identity/invitations/send-invitation.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { givingSignIn } from './gives-sign-in.ts';
import { INVITATION_ERRORS, requireSent } from './invitation-errors.ts';
import { EMAIL, LANGUAGE, SENT_OUTPUT, shownSent } from './invitation-shapes.ts';

export const InviteUser = declareOperation({
  name: 'InviteUser',
  documentation:
    'Invites a user of the account who has no way to sign in yet: makes a link that works once, for 72 hours, with which the person chooses a password. Create the user first, with its groups and policies. With a mail server, the link is mailed to the address, and accepting the invitation proves the address: it then counts as verified, and as a name to sign in with. Without one, the link is shown once in the output, and the address stays unproven. Like giving the user a password, this hands out everything that the user may do, so the caller also needs `iam:CreateLoginProfile`. Both are checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    Email: shape.required(EMAIL, 'The e-mail address of the person.'),
    Language: shape.optional(LANGUAGE, 'The language of the mail, also if it is sent again. Default: English.'),
  },
  output: SENT_OUTPUT,
  errors: [
    USER_ERRORS.NoSuchUser,
    INVITATION_ERRORS.AddressIsName,
    INVITATION_ERRORS.HasSignIn,
    INVITATION_ERRORS.Disabled,
    INVITATION_ERRORS.Exists,
    INVITATION_ERRORS.NotAccepted,
  ],
});

export function inviteUserOperation({
  store,
  protection,
  invitations,
}: Pick<RolecallDependencies, 'store' | 'protection' | 'invitations'>) {
  return declaredOperation(
    InviteUser,
    givingSignIn(
      protection,
      namedOperation(
        { store },
        {
          schema: InviteUser.schema,
          kind: USER,
          readOnly: false,
          name: ({ UserName }) => UserName,
          async handle({ input: { Email: email, Language: language }, call: { now }, found }) {
            const sent = await inviteUser(invitations, { user: found, email, language, now });
            return shownSent(requireSent(sent, found.userName));
          },
        },
      ),
    ),
  );
}
