import { ServiceError } from '../../kernel/service-error.ts';
import { countAttempt, forgetAttempts } from './limit-attempts.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { changeDevices, devicesOf, isDevice, type MfaOwner } from './mfa-owner.ts';
import { matchTimeStep } from './totp.ts';

/** What came of a code. Too many attempts count as a wrong code: an answer of their own would tell a right one. */
export type MfaCodeResult = 'right' | 'wrong' | 'no-such-device';

interface ShownCode {
  readonly owner: MfaOwner;
  readonly serialNumber: string;
  readonly code: string;
  /** ms since the epoch. */
  readonly now: number;
}

class UsedTimeStepError extends Error {}

/**
 * Checks a code of a device that is enabled for its owner. A time step is used up by the compare-and-swap of the owner, so
 * that of several who show the same code at once, exactly one gets in (RFC 6238 §5.2).
 */
export async function checkMfaCode(
  { store, sealer, ephemeral }: Pick<MfaDependencies, 'store' | 'sealer' | 'ephemeral'>,
  { owner, serialNumber, code, now }: ShownCode,
): Promise<MfaCodeResult> {
  const device = (await devicesOf(store, owner))?.find(isDevice(serialNumber));
  if (!device) return 'no-such-device';
  if (!(await countAttempt(ephemeral, device.serialNumber))) return 'wrong';
  const seed = sealer.open(device.sealedSeed, device.serialNumber);
  const timeStep = matchTimeStep({ seed, code, now, lastTimeStep: device.lastTimeStep });
  if (timeStep === undefined) return 'wrong';
  try {
    await changeDevices(store, owner, (devices) =>
      devices.map((candidate) => {
        if (candidate.serialNumber !== device.serialNumber) return candidate;
        if (candidate.lastTimeStep >= timeStep) throw new UsedTimeStepError();
        return { ...candidate, lastTimeStep: timeStep };
      }),
    );
  } catch (error) {
    if (error instanceof UsedTimeStepError) return 'wrong';
    throw error;
  }
  await forgetAttempts(ephemeral, device.serialNumber);
  return 'right';
}

const REFUSALS = {
  wrong: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  'no-such-device':
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
} as const;

/**
 * Checks the code that a caller of STS shows, and uses it up. `owner` is the caller; `serialNumber` as it was given.
 * @throws {ServiceError} AccessDenied, in AWS's words.
 */
export async function verifyMfaCode(
  deps: Pick<MfaDependencies, 'store' | 'sealer' | 'ephemeral'>,
  owner: MfaOwner,
  serialNumber: string,
  code: string,
  now: number,
): Promise<void> {
  const result = await checkMfaCode(deps, { owner, serialNumber, code, now });
  if (result !== 'right') throw new ServiceError('AccessDenied', REFUSALS[result]);
}
