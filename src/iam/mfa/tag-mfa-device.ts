import { TagMFADevice$, type TagMFADeviceRequest } from '@aws-sdk/client-iam';
import { tagMfaDevice } from '../../identity/factors/tag-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { deviceOperation } from './device-operation.ts';

export function tagMFADevice(
  deps: IamDependencies,
): SignedOperation<Decoded<TagMFADeviceRequest>, NoOutput, undefined> {
  return deviceOperation(deps, {
    schema: TagMFADevice$,
    readOnly: false,
    keys: ({ Tags }) => ({ requestTags: toTags(Tags) ?? [] }),
    async handle({ input, which }) {
      await tagMfaDevice(deps.store, which, toTags(input.Tags) ?? []);
      return {};
    },
  });
}
