import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { encodeBase32 } from './base32.ts';

/** Seed length in bytes: more than the 20 that RFC 4226 §4 recommends, and a whole number of base32 groups. */
export const SEED_LENGTH = 40;

export interface NewVirtualMfaDevice {
  readonly device: VirtualMfaDevice;
  /** The seed in base32. It leaves the server only here. */
  readonly base32Seed: string;
}

/** The serial number of a device, whether or not it exists. */
export function mfaSerialNumber(accountId: string, path: string, deviceName: string): string {
  return iamArn(accountId, 'mfa', path, deviceName);
}

/** Creates a device that belongs to no one yet. @throws {ServiceError} InvalidInput, EntityAlreadyExists */
export async function createVirtualMfaDevice(
  { store, sealer, random }: IdentityDependencies,
  input: {
    readonly accountId: string;
    readonly deviceName: string;
    readonly path: string;
    readonly tags: readonly Tag[];
    readonly now: number;
  },
): Promise<NewVirtualMfaDevice> {
  requireValidTags(EXACT_KEYS, input.tags);
  const seed = random.bytes(SEED_LENGTH);
  const serialNumber = mfaSerialNumber(input.accountId, input.path, input.deviceName);
  const device: VirtualMfaDevice = {
    accountId: input.accountId,
    serialKey: foldName(serialNumber),
    serialNumber,
    deviceName: input.deviceName,
    path: input.path,
    sealedSeed: sealer.seal(seed, serialNumber),
    createdAt: input.now,
    tags: [...input.tags],
  };
  try {
    await store.virtualMfaDevices.insert(device);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, 'MFA device already exists.');
  }
  return { device, base32Seed: encodeBase32(seed) };
}

/** The URI that authenticator apps read from a QR code, in AWS's form. */
export function otpauthUri(input: {
  readonly deviceName: string;
  readonly accountName: string;
  readonly base32Seed: string;
  readonly issuer: string;
}): string {
  const label = encodeURIComponent(`${input.deviceName}@${input.accountName}`);
  return `otpauth://totp/${label}?secret=${input.base32Seed}&issuer=${encodeURIComponent(input.issuer)}`;
}
