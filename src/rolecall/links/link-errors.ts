import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({
  LinkExistsException: { status: 409, recorded: true },
  NoSuchLinkException: { status: 404, recorded: true },
  TooManyLinksException: { status: 409, recorded: true },
});

/** The errors of the operations on links. */
export const LINK_ERRORS = {
  LinkExists: {
    ...ROWS.LinkExistsException,
    documentation: 'The login is linked to another user. Delete that link first.',
  },
  NoSuchLink: { ...ROWS.NoSuchLinkException, documentation: 'No user of the account has this login.' },
  TooMany: { ...ROWS.TooManyLinksException, documentation: 'The user has 10 outside logins already.' },
} as const satisfies Record<string, DeclaredError>;
