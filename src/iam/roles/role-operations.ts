import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The operations on roles. */
export function roleOperations(_deps: IamDependencies): readonly AnyOperation[] {
  return [];
}
