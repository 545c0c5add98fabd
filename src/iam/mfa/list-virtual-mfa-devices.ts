import {
  ListVirtualMFADevices$,
  type ListVirtualMFADevicesRequest,
  type ListVirtualMFADevicesResponse,
} from '@aws-sdk/client-iam';
import { mfaSerialNumber } from '../../identity/factors/create-virtual-mfa-device.ts';
import { listVirtualMfaDevices } from '../../identity/factors/list-mfa-devices.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { virtualDeviceOutput } from './mfa-output.ts';

export function listVirtualMFADevicesOperation({
  store,
}: IamDependencies): SignedOperation<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse, undefined> {
  return signedOperation({
    schema: ListVirtualMFADevices$,
    readOnly: true,
    authorize: (_input, { caller: { accountId } }) =>
      onAccount(ListVirtualMFADevices$, accountId, { resource: mfaSerialNumber(accountId, '/', '') }),
    async handle(input, { caller: { accountId } }) {
      const filter = { accountId, status: input.AssignmentStatus ?? 'Any' };
      const page = await listVirtualMfaDevices(store, filter, pageRequest(input));
      return { VirtualMFADevices: page.items.map(virtualDeviceOutput), ...truncation(page) };
    },
  });
}
