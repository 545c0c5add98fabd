import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listServiceSpecificCredentialsOperation } from './list-service-specific-credentials.ts';

/** The operations on credentials that cannot be created here. */
export function otherCredentialOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [listServiceSpecificCredentialsOperation(deps)];
}
