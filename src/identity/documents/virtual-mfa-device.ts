import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/**
 * A virtual MFA device, from its making to its deletion. Whose it is stands in its owner (`mfaDevices`), which is what
 * counts; `assignment` is the claim by which a device cannot be given to two owners, nor deleted while it is in use.
 */
export const virtualMfaDeviceShape = z.object({
  accountId: z.string(),
  /** The serial number, folded: names are unique without regard to case. */
  serialKey: z.string(),
  /** `arn:aws:iam::<account>:mfa/<path><name>`. */
  serialNumber: z.string(),
  deviceName: z.string(),
  path: z.string(),
  /** The seed, sealed under the data keys; bound to the serial number. */
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

/** The owner id of an account's root user. */
export const ROOT_OWNER = 'root';

export const virtualMfaDevices: CollectionDeclaration<VirtualMfaDevice> = {
  name: 'virtualMfaDevices',
  shape: virtualMfaDeviceShape,
  key: ['accountId', 'serialKey'],
  unique: {},
  indexes: {},
};
