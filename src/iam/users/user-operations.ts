import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The operations on users. */
export function userOperations(_deps: IamDependencies): readonly AnyOperation[] {
  return [];
}
