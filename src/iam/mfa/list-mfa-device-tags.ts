import { ListMFADeviceTags$, type ListMFADeviceTagsRequest, type ListMFADeviceTagsResponse } from '@aws-sdk/client-iam';
import { requireMfaDevice } from '../../identity/factors/require-mfa-device.ts';
import { listTags } from '../../identity/rules/merge-tags.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { fromTags } from '../tag-output.ts';
import { deviceOperation } from './device-operation.ts';

type Input = Decoded<ListMFADeviceTagsRequest>;

export function listMFADeviceTags(deps: IamDependencies): SignedOperation<Input, ListMFADeviceTagsResponse, undefined> {
  return deviceOperation(deps, {
    schema: ListMFADeviceTags$,
    readOnly: true,
    async handle({ input, which: { accountId, serialNumber } }) {
      const device = await requireMfaDevice(deps.store, accountId, serialNumber);
      const page = listTags(device.tags, pageRequest(input));
      return { Tags: fromTags(page.items), ...truncation(page) };
    },
  });
}
