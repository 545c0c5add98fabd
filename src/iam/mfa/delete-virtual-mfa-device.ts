import { DeleteVirtualMFADevice$, type DeleteVirtualMFADeviceRequest } from '@aws-sdk/client-iam';
import { deleteVirtualMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deviceOperation } from './device-operation.ts';

export function deleteVirtualMFADevice(
  deps: IamDependencies,
): SignedOperation<Decoded<DeleteVirtualMFADeviceRequest>, NoOutput, undefined> {
  return deviceOperation(deps, {
    schema: DeleteVirtualMFADevice$,
    readOnly: false,
    async handle({ which, now }) {
      await deleteVirtualMfaDevice(deps.store, { ...which, now });
      return {};
    },
  });
}
