import {
  EnableMFADevice$,
  ListMFADeviceTags$,
  type ListMFADeviceTagsRequest,
  ResyncMFADevice$,
  TagMFADevice$,
  type TagMFADeviceRequest,
  UntagMFADevice$,
  type UntagMFADeviceRequest,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { VirtualMfaDevice } from '../../identity/documents/virtual-mfa-device.ts';
import { enableMfaDevice, resyncMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import { tagMfaDevice, untagMfaDevice } from '../../identity/factors/tag-mfa-device.ts';
import {
  changeByName,
  type Named,
  type NamedRow,
  namedRead,
  type RequiredKind,
} from '../../operations/named-operation.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { VIRTUAL_MFA_DEVICE } from '../resource-kinds.ts';
import { toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { createVirtualMFADeviceOperation } from './create-virtual-mfa-device.ts';
import { deactivateMFADeviceOperation } from './deactivate-mfa-device.ts';
import { deleteVirtualMFADeviceOperation } from './delete-virtual-mfa-device.ts';
import { getMFADeviceOperation } from './get-mfa-device.ts';
import { listMFADevicesOperation } from './list-mfa-devices.ts';
import { listVirtualMFADevicesOperation } from './list-virtual-mfa-devices.ts';
import { requirePage } from './require-page.ts';
import { twoCodesOperation } from './two-codes-operation.ts';

/** An operation on the virtual device that `SerialNumber` names. */
function device<Input extends { SerialNumber: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, RequiredKind<VirtualMfaDevice>> {
  return { schema, kind: VIRTUAL_MFA_DEVICE, name: ({ SerialNumber }) => SerialNumber ?? '' };
}

/** A device, as the rules in `identity/factors` identify it. */
function deviceName({ accountId, name }: Named) {
  return { accountId, serialNumber: name };
}

/** The operations on virtual MFA devices. */
export function mfaOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createVirtualMFADeviceOperation(deps),
    twoCodesOperation(deps, EnableMFADevice$, enableMfaDevice, requirePage),
    deactivateMFADeviceOperation(deps),
    deleteVirtualMFADeviceOperation(deps),
    listMFADevicesOperation(deps),
    listVirtualMFADevicesOperation(deps),
    getMFADeviceOperation(deps),
    twoCodesOperation(deps, ResyncMFADevice$, resyncMfaDevice),
    changeByName(deps, device<TagMFADeviceRequest>(TagMFADevice$), {
      keys: taggingKeys,
      change: ({ input, named }) => tagMfaDevice(store, deviceName(named), toTags(input.Tags)),
    }),
    changeByName(deps, device<UntagMFADeviceRequest>(UntagMFADevice$), {
      keys: untaggingKeys,
      change: ({ input, named }) => untagMfaDevice(store, deviceName(named), input.TagKeys),
    }),
    namedRead(deps, device<ListMFADeviceTagsRequest>(ListMFADeviceTags$), ({ input, found }) =>
      tagsOutput(found.tags, input),
    ),
  ];
}
