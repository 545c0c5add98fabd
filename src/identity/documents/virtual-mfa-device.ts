import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/**
 * A virtual MFA device, from creation to deletion. The owner's `mfaDevices` list is authoritative. `assignment` is a claim that keeps a
 * device from being given to two owners or deleted while in use.
 */
export const virtualMfaDeviceShape = z.object({
  accountId: z.string(),
  /** The folded serial number: names are unique regardless of case. */
  serialKey: z.string(),
  /** `arn:aws:iam::<account>:mfa/<path><name>`. */
  serialNumber: z.string(),
  deviceName: z.string(),
  path: z.string(),
  /** The seed, sealed under the data keys and bound to the serial number. */
  sealedSeed: z.string(),
  createdAt: z.number(),
  tags: z.array(tagShape),
  assignment: z
    .object({
      /** The id of a user, or {@link ROOT_OWNER}. */
      ownerId: z.string(),
      claimedAt: z.number(),
    })
    .optional(),
});
export type VirtualMfaDevice = z.infer<typeof virtualMfaDeviceShape>;

/** The owner id that stands for an account's root user. */
export const ROOT_OWNER = 'root';

export const virtualMfaDevices: CollectionDeclaration<VirtualMfaDevice> = {
  name: 'virtualMfaDevices',
  shape: virtualMfaDeviceShape,
  key: ['accountId', 'serialKey'],
  unique: {},
  indexes: {},
};
