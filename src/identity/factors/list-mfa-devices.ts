import type { Account } from '../documents/account.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';
import type { User } from '../documents/user.ts';
import { ROOT_OWNER, type VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { isDevice } from './mfa-owner.ts';

/** A device, and whose it is if it is anybody's. */
export interface ListedMfaDevice {
  readonly device: VirtualMfaDevice;
  readonly enabledAt?: number;
  readonly holder?: User | Account;
}

async function holderOf(store: IdentityStore, device: VirtualMfaDevice): Promise<ListedMfaDevice> {
  const ownerId = device.assignment?.ownerId;
  if (ownerId === undefined) return { device };
  const isRoot = ownerId === ROOT_OWNER;
  const account = isRoot ? await store.accounts.get([device.accountId]) : undefined;
  const user = isRoot ? undefined : await store.users.get([device.accountId, ownerId]);
  const devices = account?.root.mfaDevices ?? user?.mfaDevices ?? [];
  const enabled = devices.find(isDevice(device.serialNumber));
  const holder = account ?? user;
  // What counts is the owner's list: a claim that is not in it is one that was cut off.
  return enabled && holder ? { device, enabledAt: enabled.enabledAt, holder } : { device };
}

/** The account's virtual MFA devices, sorted by serial number, by whether somebody uses them. */
export async function listVirtualMfaDevices(
  store: IdentityStore,
  filter: { readonly accountId: string; readonly status: 'Assigned' | 'Unassigned' | 'Any' },
  request: PageRequest,
): Promise<ListPage<ListedMfaDevice>> {
  const devices = await readWholeIndex(store.virtualMfaDevices, 'key', [filter.accountId]);
  const listed = await Promise.all(devices.map((device) => holderOf(store, device)));
  const kept = listed.filter(
    ({ holder }) => filter.status === 'Any' || (filter.status === 'Assigned') === (holder !== undefined),
  );
  // Without what all serial numbers of an account begin with: the wire's markers are short.
  const positionOf = ({ device }: ListedMfaDevice): string => device.serialKey.slice(device.serialKey.indexOf('/'));
  return pageOf(kept, { list: 'mfa', positionOf, request });
}

/** A page of the devices enabled for one owner, sorted by serial number. */
export function listEnabledDevices(
  devices: readonly EnabledMfaDevice[],
  request: PageRequest,
): ListPage<EnabledMfaDevice> {
  const positionOf = ({ serialNumber }: EnabledMfaDevice): string =>
    serialNumber.slice(serialNumber.indexOf('/')).toLowerCase();
  return pageOf(devices, { list: 'mfa-of', positionOf, request });
}

/** How many devices the account has, and how many of them are in use. */
export async function countMfaDevices(
  store: IdentityStore,
  accountId: string,
): Promise<{ readonly devices: number; readonly inUse: number }> {
  const devices = await readWholeIndex(store.virtualMfaDevices, 'key', [accountId]);
  return { devices: devices.length, inUse: devices.filter(({ assignment }) => assignment !== undefined).length };
}
