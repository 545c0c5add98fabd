import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { foldName } from '../documents/entity.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'virtualMfaDevices'>;

/** AWS's error for a device that does not exist [aws-behaviour 28]. */
export function noSuchDevice(serialNumber: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `MFA Device with serial number ${serialNumber} does not exist.`);
}

/** The account's device with this serial number, if any. */
export async function findMfaDevice(
  store: Store,
  accountId: string,
  serialNumber: string,
): Promise<VirtualMfaDevice | undefined> {
  if (parseArn(serialNumber)?.accountId !== accountId) return undefined;
  return store.virtualMfaDevices.get([accountId, foldName(serialNumber)]);
}

/** @throws {ServiceError} NoSuchEntity */
export async function requireMfaDevice(
  store: Store,
  accountId: string,
  serialNumber: string,
): Promise<VirtualMfaDevice> {
  const device = await findMfaDevice(store, accountId, serialNumber);
  if (!device) throw noSuchDevice(serialNumber);
  return device;
}

/** Matches devices by serial number, regardless of case. */
export function isDevice(serialNumber: string): (device: { readonly serialNumber: string }) => boolean {
  const folded = serialNumber.toLowerCase();
  return (device) => device.serialNumber.toLowerCase() === folded;
}
