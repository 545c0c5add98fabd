import { ServiceError } from '../../kernel/service-error.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, HolderId } from '../credentials/credential-holder.ts';
import { findCredentialHolder } from '../credentials/find-credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import type { VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeFactors, withSignInReset } from './change-factors.ts';
import { assignedTo, ownerIdOf } from './device-assignment.ts';
import { FACTOR_KINDS } from './factor-kinds.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { isDevice, noSuchDevice, requireMfaDevice } from './require-mfa-device.ts';
import { resyncTotpFactor } from './totp-factor.ts';

/** Time, in ms, after which a claim that its holder does not confirm lapses: the process that made it is gone. */
const CLAIM_LASTS = 60_000;

const NO_CODES = 'A passkey or security key shows no codes, so there is nothing to synchronise.';

/** Two consecutive codes of a device, shown by its owner. */
export interface TwoCodes {
  readonly holder: HolderId;
  /** The caller: the unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly serialNumber: string;
  readonly code1: string;
  readonly code2: string;
  readonly now: number;
}

function inUse(): ServiceError {
  return new ServiceError(IAM_ERRORS.EntityAlreadyExists, 'MFA Device is already in use.');
}

async function claimantOf(store: IdentityStore, device: VirtualMfaDevice): Promise<CredentialHolder | undefined> {
  const id = assignedTo(device);
  return id && findCredentialHolder(store, id);
}

/** Releases a device whose holder does not confirm the claim: enabling it was interrupted, or the holder is gone. */
async function releaseStaleClaim(store: IdentityStore, device: VirtualMfaDevice, now: number): Promise<void> {
  const claim = device.assignment;
  if (!claim || now - claim.claimedAt < CLAIM_LASTS) return;
  const holder = await claimantOf(store, device);
  if (holder?.factors.some(isDevice(device.serialNumber))) return;
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
 * Enables a device for a holder. Claims the device first, so that it can be neither given to two holders nor deleted, and then adds it to
 * the holder's list, which is authoritative.
 * @throws {ServiceError} NoSuchEntity, EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded
 */
export async function enableMfaDevice(deps: MfaDependencies, input: TwoCodes): Promise<void> {
  const { store } = deps;
  const { holder, callerId, code1, code2, now } = input;
  const device = await requireMfaDevice(store, holder.accountId, input.serialNumber);
  await releaseStaleClaim(store, device, now);
  const ownerId = ownerIdOf(holder);
  if (device.assignment && now - device.assignment.claimedAt < CLAIM_LASTS) throw inUse();
  const factor = await FACTOR_KINDS.totp.enrol(deps, { device, callerId, code1, code2, now });
  const claimed = await store.virtualMfaDevices.update([device.accountId, device.serialKey], (old) => {
    if (old.assignment) throw inUse();
    return { ...old, assignment: { ownerId, claimedAt: now } };
  });
  if (!claimed) throw noSuchDevice(input.serialNumber);
  try {
    const changed = await changeFactors(store, holder, (factors) => {
      requireWithin(QUOTAS.mfaDevicesPerUser, factors.length + 1);
      return [...factors, factor];
    });
    if (!changed) throw new ServiceError(IAM_ERRORS.NoSuchEntity, 'The owner of the MFA device cannot be found.');
  } catch (error) {
    await release(store, device, ownerId);
    throw error;
  }
}

/**
 * Removes a device from its holder. A virtual device itself remains; a passkey is forgotten. If it is not the holder who does this, the
 * recovery codes end too.
 * @throws {ServiceError} NoSuchEntity
 */
export async function deactivateMfaDevice(
  store: IdentityStore,
  {
    holder,
    serialNumber,
    isOwn,
  }: { readonly holder: HolderId; readonly serialNumber: string; readonly isOwn: boolean },
): Promise<void> {
  const owner = await findCredentialHolder(store, holder);
  const held = owner?.factors.find(isDevice(serialNumber));
  const device = held?.kind === 'passkey' ? held : await requireMfaDevice(store, holder.accountId, serialNumber);
  await changeCredentials(store, holder, (old) => {
    if (!old.factors.some(isDevice(device.serialNumber))) {
      throw new ServiceError(IAM_ERRORS.NoSuchEntity, 'MFA Device invalid for user.');
    }
    const factors = old.factors.filter((factor) => factor.serialNumber !== device.serialNumber);
    return isOwn && factors.length > 0 ? { ...withLoginsEnded(old), factors } : withSignInReset({ ...old, factors });
  });
  if ('serialKey' in device) await release(store, device, ownerIdOf(holder));
}

/** Deletes a device that is not in use. @throws {ServiceError} NoSuchEntity, DeleteConflict */
export async function deleteVirtualMfaDevice(
  store: IdentityStore,
  input: { readonly accountId: string; readonly serialNumber: string; readonly now: number },
): Promise<void> {
  const device = await requireMfaDevice(store, input.accountId, input.serialNumber);
  await releaseStaleClaim(store, device, input.now);
  const removed = await store.virtualMfaDevices.remove([device.accountId, device.serialKey], (old) => {
    if (old.assignment) {
      throw new ServiceError(IAM_ERRORS.DeleteConflict, 'MFA VirtualDevice in use. Must deactivate first.');
    }
  });
  if (!removed) throw noSuchDevice(input.serialNumber);
}

/** Checks two codes of an enabled device and marks them as used. @throws {ServiceError} NoSuchEntity, InvalidAuthenticationCode */
export async function resyncMfaDevice(deps: MfaDependencies, input: TwoCodes): Promise<void> {
  const { callerId, code1, code2, now } = input;
  const holder = await findCredentialHolder(deps.store, input.holder);
  const device = holder?.factors.find(isDevice(input.serialNumber));
  if (!holder || !device) throw noSuchDevice(input.serialNumber);
  if (device.kind !== 'totp') throw new ServiceError(IAM_ERRORS.InvalidAuthenticationCode, NO_CODES);
  await resyncTotpFactor(deps, holder, { device, callerId, code1, code2, now });
}
