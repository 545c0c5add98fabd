import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import { findCredentialHolder } from '../credentials/find-credential-holder.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { assignedTo } from './device-assignment.ts';
import { isDevice } from './require-mfa-device.ts';

/** A device, and its holder if it has one. */
export interface ListedMfaDevice {
  readonly device: VirtualMfaDevice;
  readonly enabledAt?: number;
  readonly holder?: CredentialHolder;
}

async function withHolder(store: IdentityStore, device: VirtualMfaDevice): Promise<ListedMfaDevice> {
  const id = assignedTo(device);
  const holder = id && (await findCredentialHolder(store, id));
  // The holder's list is authoritative: a claim without an entry in it was interrupted.
  const enabled = holder?.factors.find(isDevice(device.serialNumber));
  return holder && enabled ? { device, enabledAt: enabled.enabledAt, holder } : { device };
}

/** The account's virtual MFA devices, sorted by serial number, optionally only those in use or not in use. */
export async function listVirtualMfaDevices(
  store: IdentityStore,
  filter: { readonly accountId: string; readonly status: 'Assigned' | 'Unassigned' | 'Any' },
  request: PageRequest,
): Promise<ListPage<ListedMfaDevice>> {
  const devices = await readWholeIndex(store.virtualMfaDevices, 'key', [filter.accountId]);
  const listed = await Promise.all(devices.map((device) => withHolder(store, device)));
  const kept = listed.filter(
    ({ holder }) => filter.status === 'Any' || (filter.status === 'Assigned') === (holder !== undefined),
  );
  // Leave out the prefix shared by all serial numbers of an account: markers on the wire are short.
  const positionOf = ({ device }: ListedMfaDevice): string => device.serialKey.slice(device.serialKey.indexOf('/'));
  return pageOf(kept, { list: 'mfa', positionOf, request });
}

/** A page of the devices enabled for one holder, sorted by serial number. */
export function listEnabledDevices(factors: readonly Factor[], request: PageRequest): ListPage<Factor> {
  const positionOf = ({ serialNumber }: Factor): string => serialNumber.slice(serialNumber.indexOf('/')).toLowerCase();
  return pageOf(factors, { list: 'mfa-of', positionOf, request });
}

/** How many devices the account has, and how many of them are in use. */
export async function countMfaDevices(
  store: IdentityStore,
  accountId: string,
): Promise<{ readonly devices: number; readonly inUse: number }> {
  const devices = await readWholeIndex(store.virtualMfaDevices, 'key', [accountId]);
  return { devices: devices.length, inUse: devices.filter(({ assignment }) => assignment !== undefined).length };
}
