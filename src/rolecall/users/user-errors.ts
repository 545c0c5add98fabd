import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({
  NoSuchUserException: { status: 404, recorded: true },
  OwnUserException: { status: 409, recorded: true },
});

/** The errors of the operations on users. */
export const USER_ERRORS = {
  NoSuchUser: { ...ROWS.NoSuchUserException, documentation: 'The account has no user of this name.' },
  OwnUser: {
    ...ROWS.OwnUserException,
    documentation: 'The caller is this user. Nobody can disable themselves; another administrator can.',
  },
} as const satisfies Record<string, DeclaredError>;
