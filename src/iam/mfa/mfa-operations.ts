import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { createVirtualMFADevice } from './create-virtual-mfa-device.ts';
import { deactivateMFADevice } from './deactivate-mfa-device.ts';
import { deleteVirtualMFADevice } from './delete-virtual-mfa-device.ts';
import { enableMFADevice } from './enable-mfa-device.ts';
import { getMFADevice } from './get-mfa-device.ts';
import { listMFADeviceTags } from './list-mfa-device-tags.ts';
import { listMFADevices } from './list-mfa-devices.ts';
import { listVirtualMFADevices } from './list-virtual-mfa-devices.ts';
import { resyncMFADevice } from './resync-mfa-device.ts';
import { tagMFADevice } from './tag-mfa-device.ts';
import { untagMFADevice } from './untag-mfa-device.ts';

/** The operations on virtual MFA devices. */
export function mfaOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createVirtualMFADevice(deps),
    enableMFADevice(deps),
    deactivateMFADevice(deps),
    deleteVirtualMFADevice(deps),
    listMFADevices(deps),
    listVirtualMFADevices(deps),
    getMFADevice(deps),
    resyncMFADevice(deps),
    tagMFADevice(deps),
    untagMFADevice(deps),
    listMFADeviceTags(deps),
  ];
}
