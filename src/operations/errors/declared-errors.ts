import { COMMON_ERRORS, type ServiceError } from '../../kernel/service-error.ts';
import { modelledErrors } from '../../wire/constraints/constraints-of.ts';
import { JSON_ERRORS } from '../../wire/protocols/json/json-errors.ts';
import type { AnyOperation } from '../operation.ts';

/** An operation, as it stands in the registry. */
interface Named {
  readonly service: string;
  readonly name: string;
  readonly operation: Pick<AnyOperation, 'errors'>;
}

/** An operation threw an error that it does not declare: a bug of ours, because no client expects it. */
export class UndeclaredError extends Error {
  constructor({ service, name }: Named, thrown: ServiceError) {
    super(`${service}:${name} threw ${thrown.code}, which it does not declare`, { cause: thrown });
  }
}

/** Whether an operation declares an error: all may throw the common ones and those of the protocol; its model and its descriptor name the others. */
export function declares({ service, name, operation }: Named, { code }: Pick<ServiceError, 'code'>): boolean {
  if (
    Object.hasOwn(COMMON_ERRORS, code) ||
    Object.hasOwn(JSON_ERRORS, code) ||
    modelledErrors(service, name).includes(code)
  )
    return true;
  return operation.errors?.some((row) => row.code === code) ?? false;
}

/**
 * Finds undeclared errors. The caller gets them all the same; they are to be logged, each once for its operation, so that callers
 * cannot fill the log.
 */
export function undeclaredErrors(): (row: Named, thrown: ServiceError) => UndeclaredError | undefined {
  const found = new Set<string>();
  return (row, thrown) => {
    if (declares(row, thrown)) return undefined;
    const error = new UndeclaredError(row, thrown);
    if (found.has(error.message)) return undefined;
    found.add(error.message);
    return error;
  };
}
