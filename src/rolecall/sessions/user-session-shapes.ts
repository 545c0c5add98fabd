import type { PersonSession } from '../../identity/sign-in/person-sessions.ts';
import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { list, optional, required, structure, text, timestamp } = shape;

const ROWS = errorTable({ NoSuchSessionException: { status: 404, recorded: true } });

/** The errors of the operations on sessions. */
export const SESSION_ERRORS = {
  NoSuchSession: {
    ...ROWS.NoSuchSessionException,
    documentation: 'The user has no session of this id, or it has ended.',
  },
} as const satisfies Record<string, DeclaredError>;

export const SESSION_ID = text('SessionId', { length: [1, 128], pattern: '[A-Za-z0-9_-]+', audited: true });

export const USER_SESSION = structure(
  'UserSession',
  {
    SessionId: required(SESSION_ID, 'The id of the session. It names the session, and gives no access to it.'),
    SignedInAt: required(timestamp('SessionSignedInAt'), 'When the user signed in.'),
    LastUsedAt: required(timestamp('SessionLastUsedAt'), 'When an app last asked for a sign-in with it.'),
    Browser: optional(text('SessionBrowser'), 'The browser, such as `Firefox on Windows`. Absent if unknown.'),
    SourceIp: optional(text('SessionSourceIp'), 'The address of the sign-in. Absent if unknown.'),
    Methods: required(
      list('SessionMethodList', text('SessionMethod')),
      'How the user signed in, by the values of RFC 8176, such as `pwd`, `otp` and `mfa`.',
    ),
  },
  { documentation: 'A browser in which a user is signed in.' },
);

export function shownSession(session: PersonSession): ValueOf<typeof USER_SESSION> {
  const { uid, signedInAt, usedAt, browser, address, methods } = session;
  return {
    SessionId: uid,
    SignedInAt: new Date(signedInAt),
    LastUsedAt: new Date(usedAt),
    ...(browser !== undefined && { Browser: browser }),
    ...(address !== undefined && { SourceIp: address }),
    Methods: methods,
  };
}
