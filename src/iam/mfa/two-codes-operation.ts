import type { EnableMFADeviceRequest, ResyncMFADeviceRequest } from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { TwoCodes } from '../../identity/factors/assign-mfa-device.ts';
import type { MfaDependencies } from '../../identity/factors/mfa-dependencies.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { ownerOperation } from './owner-operation.ts';
import type { FirstFactorCall } from './require-page.ts';

type Input = Decoded<EnableMFADeviceRequest | ResyncMFADeviceRequest>;

/**
 * EnableMFADevice, ResyncMFADevice: two consecutive codes prove that the owner has the device.
 * @param check refuses calls that may not do this. Default: none.
 */
export function twoCodesOperation(
  deps: IamDependencies,
  schema: StaticOperationSchema,
  change: (deps: MfaDependencies, codes: TwoCodes) => Promise<void>,
  check: (deps: IamDependencies, by: FirstFactorCall) => void = () => {},
): SignedOperation<Input, NoOutput, NamedOrCaller> {
  return ownerOperation(deps, {
    schema,
    readOnly: false,
    givesWayIn: (_input, { isOwn }) => !isOwn,
    async handle({ input, holder, callerId, caller, now }) {
      check(deps, { holder, caller });
      await change(deps, {
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
