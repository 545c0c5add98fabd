import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The operations on groups. */
export function groupOperations(_deps: IamDependencies): readonly AnyOperation[] {
  return [];
}
