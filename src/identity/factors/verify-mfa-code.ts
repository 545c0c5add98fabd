import { ServiceError } from '../../kernel/service-error.ts';
import { openSignInLimits } from '../attempts/sign-in-limits.ts';
import type { HolderId } from '../credentials/credential-holder.ts';
import { findCredentialHolder } from '../credentials/find-credential-holder.ts';
import { type Caller, holderOfCaller } from '../sessions/caller.ts';
import { FACTOR_KINDS } from './factor-kinds.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { isDevice } from './require-mfa-device.ts';

type Dependencies = Pick<MfaDependencies, 'store' | 'sealer' | 'ephemeral'>;

/** The result of checking a code. */
type MfaCodeResult = 'right' | 'wrong' | 'no-such-device' | 'no-codes';

const REFUSALS = {
  wrong: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  'no-such-device':
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  'no-codes':
    'MultiFactorAuthentication failed: a passkey or security key shows no codes. Give the serial number of an authenticator app, or sign in on the start page.',
} as const;

/** Time, in ms, in which a caller may present ten wrong codes from one address. */
const WINDOW = 5 * 60_000;

/** A code that a caller of STS presents. */
interface CallerCode {
  /** As the caller gave it. */
  readonly serialNumber: string;
  readonly code: string;
  readonly ip: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

async function checkCode(
  deps: Dependencies,
  id: HolderId,
  { serialNumber, code, now }: CallerCode,
): Promise<MfaCodeResult> {
  const holder = await findCredentialHolder(deps.store, id);
  const factor = holder?.factors.find(isDevice(serialNumber));
  if (!holder || !factor) return 'no-such-device';
  if (factor.kind !== 'totp') return 'no-codes';
  const isRight = await FACTOR_KINDS.totp.verify(deps, { holder, serialNumber, code, now });
  return isRight ? 'right' : 'wrong';
}

/**
 * Checks the code that a caller of STS presents, and marks it as used. Too many attempts get the same answer as a wrong code: a different
 * one would reveal that a code was correct.
 * @throws {ServiceError} AccessDenied, in AWS's words.
 */
export async function verifyMfaCode(deps: Dependencies, caller: Caller, submitted: CallerCode): Promise<void> {
  const holder = holderOfCaller(caller);
  if (holder === undefined) {
    const sentence = 'Only IAM users and root users have MFA devices: use their access keys.';
    throw new ServiceError('AccessDenied', sentence);
  }
  const limits = openSignInLimits(deps.ephemeral, { attemptsWindow: WINDOW, isSigned: true });
  // Count per key: someone who stole the password or another key must not use up the holder's attempts. A holder can create any number of
  // temporary credentials, so all of those count as one key.
  const key = caller.session === undefined ? caller.accessKeyId : `temporary/${holder.subject}`;
  const attempt = {
    target: `sts-mfa/${key}/${submitted.serialNumber.toLowerCase()}`,
    // Also count all keys together: otherwise each new key would give its creator more guesses.
    together: `sts-mfa/${holder.subject}`,
    origin: { ip: submitted.ip },
  };
  const { next } = await limits.begin(attempt);
  const result = next === 'try' ? await checkCode(deps, holder, submitted) : 'wrong';
  if (result !== 'right') throw new ServiceError('AccessDenied', REFUSALS[result]);
  await limits.succeeded(attempt, true);
}
