import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeFactors } from './change-factors.ts';
import { ownerIdOf } from './device-assignment.ts';
import { findMfaDevice } from './require-mfa-device.ts';
import { requireSameLogin } from './require-same-login.ts';

interface Removed {
  readonly holder: CredentialHolder;
  readonly factors: readonly Factor[];
}

async function removeThose(
  store: IdentityStore,
  holder: CredentialHolder,
  which: (factor: Factor) => boolean,
  check: (current: CredentialHolder) => void = () => {},
): Promise<Removed | undefined> {
  let removed: readonly Factor[] = [];
  const changed = await changeFactors(store, holder, (factors, current) => {
    check(current);
    removed = factors.filter(which);
    return factors.filter((factor) => !which(factor));
  });
  if (changed === undefined) return undefined;
  const ownerId = ownerIdOf(holder);
  for (const { serialNumber } of removed) {
    const device = await findMfaDevice(store, holder.accountId, serialNumber);
    // Keep a device that someone else has enabled in the meantime.
    if (device?.assignment?.ownerId === ownerId)
      await store.virtualMfaDevices.remove([device.accountId, device.serialKey]);
  }
  return { holder: changed, factors: removed };
}

/**
 * Removes all of a holder's factors and deletes their devices, so that new ones can use the same names. This also ends all logins.
 * @returns the factors that were removed; `undefined` if the holder is gone.
 */
export async function removeFactors(
  store: IdentityStore,
  holder: CredentialHolder,
): Promise<readonly Factor[] | undefined> {
  return (await removeThose(store, holder, () => true))?.factors;
}

/**
 * Removes one of a person's factors for them, and deletes its device. This ends all logins, unless the holder does not have the factor.
 * @returns the holder afterwards; `undefined` if it does not have the factor (any more).
 * @throws {ServiceError} AccessDenied if all logins ended meanwhile.
 */
export async function removeFactor(
  store: IdentityStore,
  holder: CredentialHolder,
  serialNumber: string,
): Promise<CredentialHolder | undefined> {
  const isIt = (factor: Factor): boolean => factor.serialNumber === serialNumber;
  if (!holder.factors.some(isIt)) return undefined;
  const removed = await removeThose(store, holder, isIt, (current) => requireSameLogin(current, holder));
  return removed?.factors.length === 1 ? removed.holder : undefined;
}
