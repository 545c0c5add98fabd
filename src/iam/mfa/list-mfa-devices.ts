import { ListMFADevices$, type ListMFADevicesRequest, type ListMFADevicesResponse } from '@aws-sdk/client-iam';
import { listEnabledDevices } from '../../identity/factors/list-mfa-devices.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { enabledDeviceOutput } from './mfa-output.ts';
import { ownerOperation } from './owner-operation.ts';

export function listMFADevicesOperation(
  deps: IamDependencies,
): SignedOperation<ListMFADevicesRequest, ListMFADevicesResponse, NamedOrCaller> {
  return ownerOperation(deps, {
    schema: ListMFADevices$,
    readOnly: true,
    handle({ input, ownerName, holder }) {
      const page = listEnabledDevices(holder.factors, pageRequest(input));
      return { MFADevices: page.items.map((device) => enabledDeviceOutput(device, ownerName)), ...truncation(page) };
    },
  });
}
