import type { ServiceError } from '../../kernel/service-error.ts';
import type { Progress } from '../progress.ts';
import { undeclaredErrors } from './declared-errors.ts';
import { asServiceError } from './error-table.ts';

/** Called with unexpected errors; the caller only gets the request id. */
export type ReportFault = (error: unknown, facts: { readonly requestId: string; readonly operation: string }) => void;

/** Converts what a step of a call threw into the error that its caller gets, and reports what no client expects. */
export function thrownErrors(fault: ReportFault): (call: Progress, thrown: unknown) => ServiceError {
  const findUndeclared = undeclaredErrors();
  return ({ requestId, row }, thrown) => {
    const operation = row?.name ?? 'unknown';
    const report = (error: unknown): void => fault(error, { requestId, operation });
    const found = asServiceError(thrown, report);
    const undeclared = row && findUndeclared(row, found);
    if (undeclared !== undefined) report(undeclared);
    return found;
  };
}
