import type { Link } from '../../identity/documents/link.ts';
import type { User } from '../../identity/documents/user.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';
import { NAMED_USER } from '../users/user-status.ts';

const { optional, required, structure, text, timestamp } = shape;

export const SUBJECT = text('LinkSubject', { length: [1, 1024], pattern: String.raw`[^\p{Cc}\p{Cs}]+`, audited: true });

/** The input that names an outside login. */
export const NAMED_LINK = {
  ConnectorName: required(CONNECTOR_NAME, 'The name of the connector.'),
  Subject: required(
    SUBJECT,
    'What identifies the person at the provider for good: the value of the `SubjectClaim` of the connector. Never an e-mail address.',
  ),
};

export const LINK = structure(
  'Link',
  {
    ConnectorName: required(CONNECTOR_NAME, 'The name of the connector.'),
    Subject: required(SUBJECT, 'What identifies the person at the provider.'),
    UserName: NAMED_USER.UserName,
    DisplayName: optional(text('LinkDisplayName', { length: [1, 256] }), 'The display name at the last sign-in.'),
    Email: optional(text('LinkEmail', { length: [1, 254] }), 'The verified e-mail address at the last sign-in.'),
    CreatedAt: required(timestamp('LinkCreatedAt'), 'When the login was linked, or first signed in.'),
  },
  { documentation: 'An outside login by which a user signs in.' },
);

export function shownLink({ userName }: User, link: Link): ValueOf<typeof LINK> {
  const { connector, subject, displayName, email, createdAt } = link;
  return {
    ConnectorName: connector,
    Subject: subject,
    UserName: userName,
    DisplayName: displayName,
    Email: email,
    CreatedAt: new Date(createdAt),
  };
}
