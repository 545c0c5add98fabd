import { ServiceError } from '../../kernel/service-error.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { Factor, HolderId, TotpFactor } from '../credentials/credential-holder.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { FactorKind } from './factor-kind.ts';
import { countAttempt, forgetAttempts } from './limit-attempts.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { isDevice } from './require-mfa-device.ts';
import { matchConsecutive, matchTimeStep } from './totp.ts';

/** Two consecutive codes of a device that is being enabled or synchronised. */
interface DeviceCodes {
  readonly device: { readonly serialNumber: string; readonly sealedSeed: string; readonly lastTimeStep?: number };
  /** The caller: the unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly code1: string;
  readonly code2: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A code of any of the holder's devices, or of the named one. */
interface SubmittedCode {
  readonly code: string;
  readonly serialNumber?: string;
}

function invalidCode(): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidAuthenticationCode, 'Authentication code for device is not valid.');
}

/** The time step of the second code. @throws {ServiceError} InvalidAuthenticationCode, also after too many attempts. */
async function requireConsecutiveCodes(
  { sealer, ephemeral }: Pick<MfaDependencies, 'sealer' | 'ephemeral'>,
  { device, callerId, code1, code2, now }: DeviceCodes,
): Promise<number> {
  const { serialNumber, sealedSeed, lastTimeStep } = device;
  const attempt = { callerId, serialNumber };
  if (!(await countAttempt(ephemeral, attempt))) throw invalidCode();
  const seed = sealer.open(sealedSeed, serialNumber);
  const timeStep = matchConsecutive({ seed, first: code1, second: code2, now, lastTimeStep });
  if (timeStep === undefined) throw invalidCode();
  await forgetAttempts(ephemeral, attempt);
  return timeStep;
}

interface UsedStep {
  readonly device: Pick<TotpFactor, 'serialNumber' | 'sealedSeed'>;
  readonly timeStep: number;
  readonly now: number;
}

class UnusableCodeError extends Error {}

/**
 * Marks a time step as used. The compare-and-swap of the holder ensures that only one of several simultaneous attempts with the same code
 * succeeds (RFC 6238 §5.2).
 */
async function useTimeStep(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  holder: HolderId,
  { device, timeStep, now }: UsedStep,
): Promise<boolean> {
  const isSame = (factor: Factor): factor is TotpFactor =>
    factor.kind === 'totp' && factor.serialNumber === device.serialNumber && factor.sealedSeed === device.sealedSeed;
  try {
    const changed = await changeCredentials(store, holder, (old) => {
      const current = old.factors.find(isSame);
      if (current === undefined || current.lastTimeStep >= timeStep) throw new UnusableCodeError();
      return {
        ...old,
        factors: old.factors.map((factor) =>
          factor === current ? { ...current, lastTimeStep: timeStep, lastUsedAt: now } : factor,
        ),
      };
    });
    return changed !== undefined;
  } catch (error) {
    if (error instanceof UnusableCodeError) return false;
    throw error;
  }
}

/** A virtual MFA device, which shows time-based codes (TOTP, RFC 6238). */
export const totpFactor: FactorKind<TotpFactor, DeviceCodes, SubmittedCode> = {
  kind: 'totp',
  amr: ['otp'],
  isPhishingResistant: false,

  async enrol(deps, proof) {
    const lastTimeStep = await requireConsecutiveCodes(deps, proof);
    const { serialNumber, sealedSeed } = proof.device;
    return { kind: 'totp', serialNumber, sealedSeed, enabledAt: proof.now, lastTimeStep };
  },

  async verify({ store, sealer }, { holder, code, serialNumber: named, now }) {
    const asked = named === undefined ? holder.factors : holder.factors.filter(isDevice(named));
    for (const device of asked.filter((factor) => factor.kind === 'totp')) {
      const seed = sealer.open(device.sealedSeed, device.serialNumber);
      const timeStep = matchTimeStep({ seed, code, now, lastTimeStep: device.lastTimeStep });
      if (timeStep !== undefined && (await useTimeStep(store, holder, { device, timeStep, now }))) return true;
    }
    return false;
  },
};

/**
 * Checks two codes of an enabled device and marks them as used. The server keeps no drift and relies on its own clock, so this only
 * confirms that the device is in step.
 * @throws {ServiceError} InvalidAuthenticationCode
 */
export async function resyncTotpFactor(
  deps: MfaDependencies,
  holder: HolderId,
  codes: DeviceCodes & { readonly device: TotpFactor },
): Promise<void> {
  const timeStep = await requireConsecutiveCodes(deps, codes);
  if (!(await useTimeStep(deps.store, holder, { device: codes.device, timeStep, now: codes.now }))) throw invalidCode();
}
