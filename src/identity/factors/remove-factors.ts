import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeFactors } from './change-factors.ts';
import { ownerIdOf } from './device-assignment.ts';
import { findMfaDevice } from './require-mfa-device.ts';

/**
 * Removes all of a holder's factors and deletes their devices, so that new ones can use the same names. This also ends all logins.
 * @returns the factors that were removed; `undefined` if the holder is gone.
 */
export async function removeFactors(
  store: IdentityStore,
  holder: CredentialHolder,
): Promise<readonly Factor[] | undefined> {
  let removed: readonly Factor[] = [];
  const changed = await changeFactors(store, holder, (factors) => {
    removed = factors;
    return [];
  });
  if (changed === undefined) return undefined;
  const ownerId = ownerIdOf(holder);
  for (const { serialNumber } of removed) {
    const device = await findMfaDevice(store, holder.accountId, serialNumber);
    // Keep a device that someone else has enabled in the meantime.
    if (device?.assignment?.ownerId === ownerId)
      await store.virtualMfaDevices.remove([device.accountId, device.serialKey]);
  }
  return removed;
}
