import type { Tag } from '../documents/entity.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { noSuchDevice, requireMfaDevice } from './require-mfa-device.ts';

type Store = Pick<IdentityStore, 'virtualMfaDevices'>;

interface DeviceName {
  readonly accountId: string;
  readonly serialNumber: string;
}

async function changeTags(
  store: Store,
  { accountId, serialNumber }: DeviceName,
  change: (tags: VirtualMfaDevice['tags']) => VirtualMfaDevice['tags'],
): Promise<void> {
  const { serialKey } = await requireMfaDevice(store, accountId, serialNumber);
  const key = [accountId, serialKey];
  const changed = await store.virtualMfaDevices.update(key, (old) => ({ ...old, tags: change(old.tags) }));
  if (!changed) throw noSuchDevice(serialNumber);
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity */
export async function tagMfaDevice(store: Store, which: DeviceName, tags: readonly Tag[]): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeTags(store, which, (old) => mergeTags(EXACT_KEYS, old, tags));
}

/** @throws {ServiceError} NoSuchEntity */
export async function untagMfaDevice(store: Store, which: DeviceName, keys: readonly string[]): Promise<void> {
  await changeTags(store, which, (old) => removeTags(EXACT_KEYS, old, keys));
}
