import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createAccessKeyOperation } from './create-access-key.ts';
import { deleteAccessKeyOperation } from './delete-access-key.ts';
import { getAccessKeyLastUsedOperation } from './get-access-key-last-used.ts';
import { listAccessKeysOperation } from './list-access-keys.ts';
import { updateAccessKeyOperation } from './update-access-key.ts';

/** The operations on access keys. */
export function accessKeyOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createAccessKeyOperation(deps),
    deleteAccessKeyOperation(deps),
    getAccessKeyLastUsedOperation(deps),
    listAccessKeysOperation(deps),
    updateAccessKeyOperation(deps),
  ];
}
