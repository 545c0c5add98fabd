import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createAccessKey } from './create-access-key.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { updateAccessKey } from './update-access-key.ts';

/** The operations on access keys. */
export function accessKeyOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createAccessKey(deps),
    deleteAccessKey(deps),
    getAccessKeyLastUsed(deps),
    listAccessKeys(deps),
    updateAccessKey(deps),
  ];
}
