import { UntagMFADevice$, type UntagMFADeviceRequest } from '@aws-sdk/client-iam';
import { untagMfaDevice } from '../../identity/factors/tag-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deviceOperation } from './device-operation.ts';

export function untagMFADevice(
  deps: IamDependencies,
): SignedOperation<Decoded<UntagMFADeviceRequest>, NoOutput, undefined> {
  return deviceOperation(deps, {
    schema: UntagMFADevice$,
    readOnly: false,
    keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ input, which }) {
      await untagMfaDevice(deps.store, which, input.TagKeys);
      return {};
    },
  });
}
