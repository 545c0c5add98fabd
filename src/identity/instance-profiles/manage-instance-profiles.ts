import { iamArn } from '../../kernel/arn.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { InstanceProfile } from '../documents/instance-profile.ts';
import { deleteConflict } from '../policy-holder/require-no-policies.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'instanceProfiles'>;

/** The ARN of an instance profile, whether or not it exists. */
export function instanceProfileArn(accountId: string, path: string, name: string): string {
  return iamArn(accountId, 'instance-profile', path, name);
}

/** AWS's error for an instance profile that does not exist [aws-behaviour 12]. */
export function noSuchInstanceProfile(name: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Instance Profile ${name} cannot be found.`);
}

/** Finds an account's instance profile by name, regardless of case. */
export async function findInstanceProfile(
  store: Store,
  accountId: string,
  name: string,
): Promise<InstanceProfile | undefined> {
  const { items } = await store.instanceProfiles.find('byName', [accountId, foldName(name)], { limit: 1 });
  return items[0];
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, EntityAlreadyExists */
export async function createInstanceProfile(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  input: {
    readonly accountId: string;
    readonly name: string;
    readonly path: string;
    readonly tags: readonly Tag[];
    readonly now: number;
  },
): Promise<InstanceProfile> {
  const { accountId, name, path, now } = input;
  requireValidTags(EXACT_KEYS, input.tags);
  const quota = await accountQuota(store, accountId, QUOTAS.instanceProfilesPerAccount);
  const count = await store.instanceProfiles.count('byName', [accountId], { limit: quota.limit });
  requireWithin(quota, count + 1);
  const profile: InstanceProfile = {
    accountId,
    instanceProfileId: makeId(ID_PREFIX.instanceProfile, accountId, random),
    instanceProfileName: name,
    nameKey: foldName(name),
    path,
    createdAt: now,
    tags: [...input.tags],
  };
  try {
    await store.instanceProfiles.insert(profile);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, `Instance Profile ${name} already exists.`, {
      cause: error,
    });
  }
  return profile;
}

/** Changes an instance profile by compare-and-swap. @throws {ServiceError} NoSuchEntity if it is gone. */
export async function changeInstanceProfile(
  store: Store,
  profile: InstanceProfile,
  change: (old: InstanceProfile) => InstanceProfile,
): Promise<void> {
  const changed = await store.instanceProfiles.update([profile.accountId, profile.instanceProfileId], change);
  if (!changed) throw noSuchInstanceProfile(profile.instanceProfileName);
}

/** Deletes an instance profile that has no role. @throws {ServiceError} DeleteConflict, NoSuchEntity */
export async function deleteInstanceProfile(store: Store, profile: InstanceProfile): Promise<void> {
  const removed = await store.instanceProfiles.remove([profile.accountId, profile.instanceProfileId], ({ roleId }) => {
    if (roleId !== undefined) throw deleteConflict('remove roles from instance profile');
  });
  if (!removed) throw noSuchInstanceProfile(profile.instanceProfileName);
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity */
export async function tagInstanceProfile(store: Store, profile: InstanceProfile, tags: readonly Tag[]): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeInstanceProfile(store, profile, (old) => ({ ...old, tags: mergeTags(EXACT_KEYS, old.tags, tags) }));
}

/** @throws {ServiceError} NoSuchEntity */
export async function untagInstanceProfile(
  store: Store,
  profile: InstanceProfile,
  keys: readonly string[],
): Promise<void> {
  await changeInstanceProfile(store, profile, (old) => ({ ...old, tags: removeTags(EXACT_KEYS, old.tags, keys) }));
}
