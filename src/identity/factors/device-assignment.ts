import type { HolderId } from '../credentials/credential-holder.ts';
import { ROOT_OWNER, type VirtualMfaDevice } from '../documents/virtual-mfa-device.ts';

/** The holder's id as stored in a device's assignment. */
export function ownerIdOf({ accountId, subject }: HolderId): string {
  return subject === accountId ? ROOT_OWNER : subject;
}

/** The holder that a device is assigned to, or that has claimed it. */
export function assignedTo({ accountId, assignment }: VirtualMfaDevice): HolderId | undefined {
  if (assignment === undefined) return undefined;
  const { ownerId } = assignment;
  return { accountId, subject: ownerId === ROOT_OWNER ? accountId : ownerId };
}
