import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({
  AttributeFromOutsideException: { status: 409, recorded: true },
  OwnAttributeException: { status: 403, recorded: true },
});

/** The errors of the operations on profiles. */
export const PROFILE_ERRORS = {
  FromOutside: {
    ...ROWS.AttributeFromOutsideException,
    documentation:
      'An outside login of the user gives this attribute. Change it there, or remove it from the rules of the connector.',
  },
  OwnAttribute: {
    ...ROWS.OwnAttributeException,
    documentation:
      'The caller is this user, and `oidc.ownProfileAttributes` does not let people change this attribute themselves, or it is the verification of the own phone number. An administrator can.',
  },
} as const satisfies Record<string, DeclaredError>;
