import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listServiceSpecificCredentialsOperation } from './list-service-specific-credentials.ts';
import { listSigningCertificatesOperation } from './list-signing-certificates.ts';
import { listSSHPublicKeysOperation } from './list-ssh-public-keys.ts';

/** The operations on credentials other than passwords, access keys and MFA devices. */
export function otherCredentialOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    listSSHPublicKeysOperation(deps),
    listSigningCertificatesOperation(deps),
    listServiceSpecificCredentialsOperation(deps),
  ];
}
