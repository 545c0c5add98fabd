import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listServiceSpecificCredentials } from './list-service-specific-credentials.ts';
import { listSigningCertificates } from './list-signing-certificates.ts';
import { listSSHPublicKeys } from './list-ssh-public-keys.ts';

/** The operations on credentials that are neither passwords, access keys nor MFA devices. */
export function otherCredentialOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [listSSHPublicKeys(deps), listSigningCertificates(deps), listServiceSpecificCredentials(deps)];
}
