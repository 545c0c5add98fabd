import { type HasLogins, withoutLogins } from '../credentials/login-generation.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';
import { ROOT_OWNER } from '../documents/virtual-mfa-device.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** Who an MFA device is enabled for: a user, or an account's root user. */
export type MfaOwner =
  | { readonly type: 'User'; readonly accountId: string; readonly userId: string }
  | { readonly type: 'Account'; readonly accountId: string };

type Store = Pick<IdentityStore, 'users' | 'accounts'>;

/** The owner's id as a device's assignment holds it. */
export function ownerIdOf(owner: MfaOwner): string {
  return owner.type === 'User' ? owner.userId : ROOT_OWNER;
}

/** The owner that an assignment names. */
export function ownerOf(accountId: string, ownerId: string): MfaOwner {
  return ownerId === ROOT_OWNER ? { type: 'Account', accountId } : { type: 'User', accountId, userId: ownerId };
}

/** The devices that are enabled for the owner; `undefined` where there is no such owner. */
export async function devicesOf(store: Store, owner: MfaOwner): Promise<readonly EnabledMfaDevice[] | undefined> {
  if (owner.type === 'User') return (await store.users.get([owner.accountId, owner.userId]))?.mfaDevices;
  return (await store.accounts.get([owner.accountId]))?.root.mfaDevices;
}

/**
 * Changes the owner's devices under compare-and-swap; answers whether the owner exists. A factor that comes or goes ends all logins: who
 * lost one, or gets one after a theft, must not go on sharing sessions with the thief.
 */
export async function changeFactors(
  store: Store,
  owner: MfaOwner,
  change: (old: readonly EnabledMfaDevice[]) => readonly EnabledMfaDevice[],
): Promise<boolean> {
  return changeDevices(store, owner, change, withoutLogins);
}

/** Changes what is kept of the owner's devices under compare-and-swap; answers whether the owner exists. */
export async function changeDevices(
  store: Store,
  owner: MfaOwner,
  change: (old: readonly EnabledMfaDevice[]) => readonly EnabledMfaDevice[],
  besides: <Holder extends HasLogins>(holder: Holder) => Holder = (holder) => holder,
): Promise<boolean> {
  if (owner.type === 'User') {
    const key = [owner.accountId, owner.userId];
    return (
      (await store.users.update(key, (old) => ({ ...besides(old), mfaDevices: [...change(old.mfaDevices)] }))) !==
      undefined
    );
  }
  const changed = await store.accounts.update([owner.accountId], (old) => ({
    ...old,
    root: { ...besides(old.root), mfaDevices: [...change(old.root.mfaDevices)] },
  }));
  return changed !== undefined;
}

/** Whether a device's serial number is this one; serial numbers are compared without regard to case. */
export function isDevice(serialNumber: string): (device: { readonly serialNumber: string }) => boolean {
  const folded = serialNumber.toLowerCase();
  return (device) => device.serialNumber.toLowerCase() === folded;
}
