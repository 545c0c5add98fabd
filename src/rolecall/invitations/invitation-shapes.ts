import { INVITATION_LANGUAGES, type Invitation } from '../../identity/documents/invitation.ts';
import type { User } from '../../identity/documents/user.ts';
import type { SentInvitation } from '../../identity/invitations/send-invitation.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, enumeration, integer, optional, required, structure, text, timestamp } = shape;

/** One plain address: no name, quoting or comment, nothing that a header of a mail could read as more than one. */
export const EMAIL = text('InvitedEmail', {
  length: [3, 254],
  pattern: String.raw`[^\s@,;:<>()\[\]\\"\p{Cc}]{1,64}@[^\s@,;:<>()\[\]\\"\p{Cc}]+`,
  audited: true,
});

export const LANGUAGE = enumeration('InvitationLanguage', INVITATION_LANGUAGES);

export const INVITATION = structure(
  'Invitation',
  {
    UserName: required(text('InvitedUserName', { length: [1, 64] }), 'The name of the invited user.'),
    Arn: required(text('InvitedUserArn', { length: [20, 2048] }), 'The ARN of the invited user.'),
    Email: required(EMAIL, 'The address that the person is invited by.'),
    Mailed: required(boolean('InvitationMailed'), 'Whether the link was mailed to that address.'),
    CreatedAt: required(timestamp('InvitedAt'), 'When the user was invited.'),
    ExpiresAt: required(timestamp('InvitationExpiry'), 'Until when the link works.'),
    Language: optional(LANGUAGE, 'The language of the mail, if one was given.'),
    TimesSent: required(integer('TimesSent'), 'How often a link was made. Only the last one works.'),
  },
  { documentation: 'An invitation that was not accepted yet.' },
);

export const SENT_OUTPUT = {
  Invitation: required(INVITATION, 'The invitation.'),
  Link: optional(
    text('InvitationLink', { sensitive: true }),
    'The link for the person, shown only here. Absent if it was mailed.',
  ),
};

export function shownInvitation(user: User, invitation: Invitation): ValueOf<typeof INVITATION> {
  const { email: Email, isMailed: Mailed, createdAt, expiresAt, timesSent: TimesSent, language } = invitation;
  return {
    UserName: user.userName,
    Arn: arnOf(userKind, user),
    Email,
    Mailed,
    CreatedAt: new Date(createdAt),
    ExpiresAt: new Date(expiresAt),
    ...(language !== undefined && { Language: language }),
    TimesSent,
  };
}

export function shownSent({ user, invitation, link }: Extract<SentInvitation, { outcome: 'sent' }>) {
  return { Invitation: shownInvitation(user, invitation), ...(link !== undefined && { Link: link }) };
}
