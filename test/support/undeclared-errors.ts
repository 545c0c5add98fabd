import { afterEach, expect } from '@jest/globals';
import { UndeclaredError } from '../../src/operations/errors/declared-errors.ts';

const undeclared: string[] = [];

/** Fails the test that is running if what is logged says that an operation threw an error that it does not declare. */
export function failUndeclared({ err }: { readonly err?: unknown }): void {
  if (err instanceof UndeclaredError) undeclared.push(err.message);
}

afterEach(() => {
  expect(undeclared.splice(0)).toEqual([]);
});
