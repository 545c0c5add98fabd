import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

const ROWS = errorTable({ NoSuchDelegationRequestException: { status: 404, recorded: true } });

export const NO_SUCH_DELEGATION_REQUEST = {
  ...ROWS.NoSuchDelegationRequestException,
  documentation: 'The account has no delegation request of this id.',
} as const satisfies DeclaredError;

export const WRONG_STATE = {
  ...IAM_ERRORS.InvalidInput,
  documentation: 'The delegation request is in a state in which this is not possible. The message says which.',
} as const satisfies DeclaredError;

export const DELEGATION_REQUEST_ID = shape.text('DelegationRequestId', {
  ...{ length: [16, 128], pattern: '[\\w-]+', audited: true },
});

export const DELEGATION_STATE = shape.enumeration('DelegationState', [
  'UNASSIGNED',
  'ASSIGNED',
  'PENDING_APPROVAL',
  'ACCEPTED',
  'FINALIZED',
  'REJECTED',
  'EXPIRED',
]);

export const ACCESS_ENDS_AT = shape.timestamp('AccessEndsAt');
