import type { MFADevice, User as UserOutput, VirtualMFADevice } from '@aws-sdk/client-iam';
import type { Account } from '../../identity/documents/account.ts';
import type { EnabledMfaDevice } from '../../identity/documents/mfa-device.ts';
import type { User } from '../../identity/documents/user.ts';
import type { ListedMfaDevice } from '../../identity/factors/list-mfa-devices.ts';
import { rootArn } from '../../kernel/arn.ts';
import { listedUser } from '../users/user-output.ts';

/** Whose device it is; the root user has neither name nor path. */
function holderOutput(holder: User | Account): UserOutput {
  if ('userId' in holder) return listedUser(holder);
  const { accountId, createdAt, root } = holder;
  return {
    Path: undefined,
    UserName: undefined,
    UserId: accountId,
    Arn: rootArn(accountId),
    CreateDate: new Date(createdAt),
    ...(root.passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(root.passwordLastUsedAt) }),
  };
}

/** A virtual device in a list: never its seed, and no tags. */
export function virtualDeviceOutput({ device, enabledAt, holder }: ListedMfaDevice): VirtualMFADevice {
  return {
    SerialNumber: device.serialNumber,
    ...(holder ? { User: holderOutput(holder) } : {}),
    ...(enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) }),
  };
}

/** A device that is enabled for a user. AWS gives a root user's devices the account id for a name. */
export function enabledDeviceOutput(device: EnabledMfaDevice, ownerName: string): MFADevice {
  return { UserName: ownerName, SerialNumber: device.serialNumber, EnableDate: new Date(device.enabledAt) };
}
