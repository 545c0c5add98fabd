import { EnableMFADevice$, type EnableMFADeviceRequest } from '@aws-sdk/client-iam';
import { enableMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { ownerOperation } from './owner-operation.ts';

export function enableMFADeviceOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<EnableMFADeviceRequest>, NoOutput, NamedOrCaller> {
  return ownerOperation(deps, {
    schema: EnableMFADevice$,
    readOnly: false,
    async handle({ input, holder, callerId, now }) {
      await enableMfaDevice(deps, {
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
