import { ResyncMFADevice$, type ResyncMFADeviceRequest } from '@aws-sdk/client-iam';
import { resyncMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { ownerOperation } from './owner-operation.ts';

export function resyncMFADeviceOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<ResyncMFADeviceRequest>, NoOutput, NamedOrCaller> {
  return ownerOperation(deps, {
    schema: ResyncMFADevice$,
    readOnly: false,
    async handle({ input, holder, callerId, now }) {
      await resyncMfaDevice(deps, {
        holder,
        callerId,
        serialNumber: input.SerialNumber,
        code1: input.AuthenticationCode1,
        code2: input.AuthenticationCode2,
        now,
      });
      return {};
    },
  });
}
