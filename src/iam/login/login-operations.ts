import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { changePassword } from './change-password.ts';
import { createLoginProfile } from './create-login-profile.ts';
import { deleteLoginProfile } from './delete-login-profile.ts';
import { getLoginProfile } from './get-login-profile.ts';
import { updateLoginProfile } from './update-login-profile.ts';

/** The operations on passwords. */
export function loginOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createLoginProfile(deps),
    getLoginProfile(deps),
    updateLoginProfile(deps),
    deleteLoginProfile(deps),
    changePassword(deps),
  ];
}
