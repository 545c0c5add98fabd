import { GetMFADevice$, type GetMFADeviceRequest, type GetMFADeviceResponse } from '@aws-sdk/client-iam';
import { isDevice, noSuchDevice } from '../../identity/factors/require-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { ownerOperation } from './owner-operation.ts';

/** GetMFADevice. AWS supports this for security keys only; here it returns virtual devices, too. */
export function getMFADeviceOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<GetMFADeviceRequest>, GetMFADeviceResponse, NamedOrCaller> {
  return ownerOperation(deps, {
    schema: GetMFADevice$,
    readOnly: true,
    handle({ input: { SerialNumber }, ownerName, holder }) {
      const device = holder.factors.find(isDevice(SerialNumber));
      if (!device) throw noSuchDevice(SerialNumber);
      return { UserName: ownerName, SerialNumber: device.serialNumber, EnableDate: new Date(device.enabledAt) };
    },
  });
}
