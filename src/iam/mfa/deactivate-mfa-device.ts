import { DeactivateMFADevice$, type DeactivateMFADeviceRequest } from '@aws-sdk/client-iam';
import { deactivateMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import { awaitFactorReset } from '../../identity/factors/factor-reset.ts';
import { isDevice } from '../../identity/factors/require-mfa-device.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { ownerOperation } from './owner-operation.ts';

/** The serial number of a passkey or security key. */
const PASSKEY = /:u2f\//i;

export function deactivateMFADeviceOperation(
  deps: IamDependencies,
): SignedOperation<Decoded<DeactivateMFADeviceRequest>, NoOutput, NamedOrCaller> {
  return ownerOperation(deps, {
    schema: DeactivateMFADevice$,
    readOnly: false,
    // Also of their own passkeys: a thief of an access key and a password could sign in without it, and add another one.
    givesWayIn: ({ SerialNumber }, { isOwn }) => !isOwn || PASSKEY.test(SerialNumber),
    async handle({ input, holder, callerId, now }) {
      const isOwn = callerId === holder.subject;
      const { store, factorResetMs: waitMs } = deps;
      const isHeld = holder.factors.some(isDevice(input.SerialNumber));
      if (!isOwn && isHeld && waitMs > 0) await awaitFactorReset(store, { holder, waitMs, now });
      await deactivateMfaDevice(deps.store, { holder, serialNumber: input.SerialNumber, isOwn });
      return {};
    },
  });
}
