import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { changePasswordOperation } from './change-password.ts';
import { createLoginProfileOperation } from './create-login-profile.ts';
import { deleteLoginProfileOperation } from './delete-login-profile.ts';
import { getLoginProfileOperation } from './get-login-profile.ts';
import { updateLoginProfileOperation } from './update-login-profile.ts';

/** The operations on passwords. */
export function loginOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createLoginProfileOperation(deps),
    getLoginProfileOperation(deps),
    updateLoginProfileOperation(deps),
    deleteLoginProfileOperation(deps),
    changePasswordOperation(deps),
  ];
}
