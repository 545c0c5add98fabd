import { ServiceError } from '../../kernel/service-error.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { countAttempt, forgetAttempts } from './limit-attempts.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { changeDevices, changeFactors, devicesOf, isDevice, type MfaOwner, ownerIdOf, ownerOf } from './mfa-owner.ts';
import { noSuchDevice, requireMfaDevice } from './require-mfa-device.ts';
import { matchConsecutive } from './totp.ts';

/** ms after which a claim that its owner does not confirm is nobody's: whoever made it is gone. */
const CLAIM_LASTS = 60_000;

interface TwoCodes {
  readonly owner: MfaOwner;
  /** Who calls: the unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly serialNumber: string;
  readonly code1: string;
  readonly code2: string;
  readonly now: number;
}

function invalidCode(): ServiceError {
  return new ServiceError('InvalidAuthenticationCode', 'Authentication code for device is not valid.');
}

function inUse(): ServiceError {
  return new ServiceError('EntityAlreadyExists', 'MFA Device is already in use.');
}

async function requireConsecutiveCodes(
  { sealer, ephemeral }: MfaDependencies,
  device: { readonly serialNumber: string; readonly sealedSeed: string; readonly lastTimeStep?: number },
  codes: TwoCodes,
): Promise<number> {
  const attempt = { callerId: codes.callerId, serialNumber: device.serialNumber };
  if (!(await countAttempt(ephemeral, attempt))) throw invalidCode();
  const timeStep = matchConsecutive({
    seed: sealer.open(device.sealedSeed, device.serialNumber),
    first: codes.code1,
    second: codes.code2,
    now: codes.now,
    lastTimeStep: device.lastTimeStep,
  });
  if (timeStep === undefined) throw invalidCode();
  await forgetAttempts(ephemeral, attempt);
  return timeStep;
}

/** Frees a device whose claim its owner does not confirm: enabling it was cut off, or its owner is gone. */
async function releaseStaleClaim(store: IdentityStore, device: VirtualMfaDevice, now: number): Promise<void> {
  const claim = device.assignment;
  if (!claim || now - claim.claimedAt < CLAIM_LASTS) return;
  const devices = await devicesOf(store, ownerOf(device.accountId, claim.ownerId));
  if (devices?.some(isDevice(device.serialNumber))) return;
  await store.virtualMfaDevices.update([device.accountId, device.serialKey], (old) =>
    old.assignment?.ownerId === claim.ownerId && old.assignment.claimedAt === claim.claimedAt ? withoutClaim(old) : old,
  );
}

function withoutClaim({ assignment: _assignment, ...device }: VirtualMfaDevice): VirtualMfaDevice {
  return device;
}

async function release(store: IdentityStore, device: VirtualMfaDevice, ownerId: string): Promise<void> {
  await store.virtualMfaDevices.update([device.accountId, device.serialKey], (old) =>
    old.assignment?.ownerId === ownerId ? withoutClaim(old) : old,
  );
}

/**
 * Gives a device to its owner. The device is claimed first (so that it is not given twice nor deleted), then put into
 * the owner, whose list is what counts.
 * @throws {ServiceError} NoSuchEntity, EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded
 */
export async function enableMfaDevice(deps: MfaDependencies, input: TwoCodes): Promise<void> {
  const { store } = deps;
  const { owner, now } = input;
  const device = await requireMfaDevice(store, owner.accountId, input.serialNumber);
  await releaseStaleClaim(store, device, now);
  const ownerId = ownerIdOf(owner);
  if (device.assignment && now - device.assignment.claimedAt < CLAIM_LASTS) throw inUse();
  const timeStep = await requireConsecutiveCodes(deps, device, input);
  const claimed = await store.virtualMfaDevices.update([device.accountId, device.serialKey], (old) => {
    if (old.assignment) throw inUse();
    return { ...old, assignment: { ownerId, claimedAt: now } };
  });
  if (!claimed) throw noSuchDevice(input.serialNumber);
  try {
    const { serialNumber, sealedSeed } = device;
    const exists = await changeFactors(store, owner, (devices) => {
      requireWithin(QUOTAS.mfaDevicesPerUser, devices.length + 1);
      return [...devices, { serialNumber, sealedSeed, enabledAt: now, lastTimeStep: timeStep }];
    });
    if (!exists) throw new ServiceError('NoSuchEntity', 'The owner of the MFA device cannot be found.');
  } catch (error) {
    await release(store, device, ownerId);
    throw error;
  }
}

/** Takes a device from its owner; the device itself stays. @throws {ServiceError} NoSuchEntity */
export async function deactivateMfaDevice(
  store: IdentityStore,
  input: { readonly owner: MfaOwner; readonly serialNumber: string },
): Promise<void> {
  const device = await requireMfaDevice(store, input.owner.accountId, input.serialNumber);
  await changeFactors(store, input.owner, (devices) => {
    if (!devices.some(isDevice(device.serialNumber))) {
      throw new ServiceError('NoSuchEntity', 'MFA Device invalid for user.');
    }
    return devices.filter((candidate) => candidate.serialNumber !== device.serialNumber);
  });
  await release(store, device, ownerIdOf(input.owner));
}

/** Deletes a device that nobody uses. @throws {ServiceError} NoSuchEntity, DeleteConflict */
export async function deleteVirtualMfaDevice(
  store: IdentityStore,
  input: { readonly accountId: string; readonly serialNumber: string; readonly now: number },
): Promise<void> {
  const device = await requireMfaDevice(store, input.accountId, input.serialNumber);
  await releaseStaleClaim(store, device, input.now);
  const removed = await store.virtualMfaDevices.remove([device.accountId, device.serialKey], (old) => {
    if (old.assignment) {
      throw new ServiceError('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.');
    }
  });
  if (!removed) throw noSuchDevice(input.serialNumber);
}

/**
 * Checks two codes of an enabled device and uses them up. The server's clock is what counts (no drift is kept), so this
 * helps a device only to show that it is in step. @throws {ServiceError} NoSuchEntity, InvalidAuthenticationCode
 */
export async function resyncMfaDevice(deps: MfaDependencies, input: TwoCodes): Promise<void> {
  const { store } = deps;
  const device = (await devicesOf(store, input.owner))?.find(isDevice(input.serialNumber));
  if (!device) throw noSuchDevice(input.serialNumber);
  const timeStep = await requireConsecutiveCodes(deps, device, input);
  await changeDevices(store, input.owner, (devices) =>
    devices.map((candidate) => {
      if (candidate.serialNumber !== device.serialNumber) return candidate;
      if (candidate.lastTimeStep >= timeStep) throw invalidCode();
      return { ...candidate, lastTimeStep: timeStep };
    }),
  );
}
