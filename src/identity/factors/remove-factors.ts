import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeFactors } from './change-factors.ts';
import { ownerIdOf } from './device-assignment.ts';
import { findMfaDevice } from './require-mfa-device.ts';

/**
 * Takes all factors from a holder and deletes their devices, so that others may be made under their names. It ends all logins.
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
    // One that someone else enabled in between is theirs.
    if (device?.assignment?.ownerId === ownerId)
      await store.virtualMfaDevices.remove([device.accountId, device.serialKey]);
  }
  return removed;
}
