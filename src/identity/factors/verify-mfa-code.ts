import { ServiceError } from '../../kernel/service-error.ts';
import { openSignInLimits } from '../attempts/sign-in-limits.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { changeDevices, devicesOf, isDevice, type MfaOwner, ownerIdOf } from './mfa-owner.ts';
import { matchTimeStep } from './totp.ts';

/** What came of a code. */
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
 * that of several who show the same code at once, exactly one gets in (RFC 6238 §5.2). Attempts are the caller's to limit.
 */
export async function checkMfaCode(
  { store, sealer }: Pick<MfaDependencies, 'store' | 'sealer'>,
  { owner, serialNumber, code, now }: ShownCode,
): Promise<MfaCodeResult> {
  const device = (await devicesOf(store, owner))?.find(isDevice(serialNumber));
  if (!device) return 'no-such-device';
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
  return 'right';
}

const REFUSALS = {
  wrong: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  'no-such-device':
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
} as const;

/** Ms in which a caller may show ten wrong codes from one address. */
const WINDOW = 5 * 60_000;

/** A code that a caller of STS shows. */
interface CallerCode {
  /** The caller. */
  readonly owner: MfaOwner;
  /** As it was given. */
  readonly serialNumber: string;
  readonly code: string;
  /**
   * With which key, and from where: a thief of the password, or of another key, must not use up the owner's attempts. `undefined`: with
   * temporary credentials. Who has a key makes as many of these as they like, so all of an owner's count as one key.
   */
  readonly accessKeyId: string | undefined;
  readonly ip: string;
  readonly now: number;
}

/**
 * Checks the code that a caller of STS shows, and uses it up. Too many attempts count as a wrong code: an answer of their own would tell a
 * right one. @throws {ServiceError} AccessDenied, in AWS's words.
 */
export async function verifyMfaCode(
  deps: Pick<MfaDependencies, 'store' | 'sealer' | 'ephemeral'>,
  { owner, serialNumber, code, accessKeyId, ip, now }: CallerCode,
): Promise<void> {
  const limits = openSignInLimits(deps.ephemeral, { attemptsWindow: WINDOW, isSigned: true });
  const caller = `${owner.accountId}/${ownerIdOf(owner)}`;
  const key = accessKeyId ?? `temporary/${caller}`;
  // Together, since who may make keys would get more guesses by each new one.
  const attempt = {
    target: `sts-mfa/${key}/${serialNumber.toLowerCase()}`,
    together: `sts-mfa/${caller}`,
    origin: { ip },
  };
  const { next } = await limits.begin(attempt);
  const result = next === 'try' ? await checkMfaCode(deps, { owner, serialNumber, code, now }) : 'wrong';
  if (result !== 'right') throw new ServiceError('AccessDenied', REFUSALS[result]);
  await limits.succeeded(attempt, true);
}
