import type { SentInvitation } from '../../identity/invitations/send-invitation.ts';
import { MAX_LINKS } from '../../identity/invitations/send-invitation.ts';
import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { USER } from '../users/user-resource.ts';

const ROWS = errorTable({
  AddressIsUserNameException: { status: 409, recorded: true },
  InvitationExistsException: { status: 409, recorded: true },
  MailNotAcceptedException: { status: 409, recorded: true },
  NoSuchInvitationException: { status: 404, recorded: true },
  TooManyInvitationsException: { status: 409, recorded: true },
  UserDisabledException: { status: 409, recorded: true },
  UserHasSignInException: { status: 409, recorded: true },
});

/** The errors of the operations on invitations. */
export const INVITATION_ERRORS = {
  AddressIsName: {
    ...ROWS.AddressIsUserNameException,
    documentation: 'The address is the name of another user in the account, and both would sign in with it.',
  },
  Exists: { ...ROWS.InvitationExistsException, documentation: 'The user is invited already.' },
  NotAccepted: {
    ...ROWS.MailNotAcceptedException,
    documentation: 'The invitation stands, but the mail was not accepted for sending. Call `ResendInvitation` later.',
  },
  NoSuchInvitation: { ...ROWS.NoSuchInvitationException, documentation: 'The user is not invited.' },
  TooMany: { ...ROWS.TooManyInvitationsException, documentation: `The invitation was sent ${MAX_LINKS} times.` },
  Disabled: { ...ROWS.UserDisabledException, documentation: 'The user is disabled.' },
  HasSignIn: {
    ...ROWS.UserHasSignInException,
    documentation: 'The user has a password, a passkey or an outside login. An invitation does not replace them.',
  },
} as const satisfies Record<string, DeclaredError>;

type Refusal = Exclude<SentInvitation['outcome'], 'sent' | 'no-user'>;

const MESSAGES: Readonly<Record<Refusal, readonly [error: DeclaredError, message: string]>> = {
  'address-is-name': [
    INVITATION_ERRORS.AddressIsName,
    'Another user of the account is called like this address and signs in with it. Rename that user, or use another address.',
  ],
  'has-sign-in': [
    INVITATION_ERRORS.HasSignIn,
    'The user can sign in already: it has a password, a passkey or an outside login.',
  ],
  disabled: [INVITATION_ERRORS.Disabled, 'The user is disabled. Enable it first.'],
  invited: [INVITATION_ERRORS.Exists, 'The user is invited already. Use ResendInvitation or RevokeInvitation.'],
  'not-invited': [INVITATION_ERRORS.NoSuchInvitation, 'The user is not invited.'],
  'too-many': [
    INVITATION_ERRORS.TooMany,
    `The invitation was sent ${MAX_LINKS} times. Revoke it and invite the user again.`,
  ],
  'not-mailed': [
    INVITATION_ERRORS.NotAccepted,
    'The mail was not accepted for sending: its address cannot be written to, or too many mails are waiting.',
  ],
};

/** @throws {ServiceError} unless the invitation was sent. */
export function requireSent(sent: SentInvitation, userName: string): Extract<SentInvitation, { outcome: 'sent' }> {
  if (sent.outcome === 'sent') return sent;
  if (sent.outcome === 'no-user') throw USER.notFound(userName);
  const [error, message] = MESSAGES[sent.outcome];
  throw new ServiceError(error, message);
}
