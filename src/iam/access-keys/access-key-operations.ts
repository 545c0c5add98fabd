import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The operations on access keys. */
export function accessKeyOperations(_deps: IamDependencies): readonly AnyOperation[] {
  return [];
}
