import type { MFADevice, VirtualMFADevice } from '@aws-sdk/client-iam';
import type { Factor } from '../../identity/credentials/credential-holder.ts';
import type { ListedMfaDevice } from '../../identity/factors/list-mfa-devices.ts';
import { holderOutput } from '../users/user-output.ts';

/** A virtual device in a list: without its seed or tags. */
export function virtualDeviceOutput({ device, enabledAt, holder }: ListedMfaDevice): VirtualMFADevice {
  return {
    SerialNumber: device.serialNumber,
    ...(holder ? { User: holderOutput(holder) } : {}),
    ...(enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) }),
  };
}

/** A device that is enabled for a user. AWS shows the account id as the user name for a root user's devices. */
export function enabledDeviceOutput(device: Factor, ownerName: string): MFADevice {
  return { UserName: ownerName, SerialNumber: device.serialNumber, EnableDate: new Date(device.enabledAt) };
}
