import * as z from 'zod';

/**
 * A long-term access key, stored inside its user (or the account's root user). One compare-and-swap can then enforce the limit of two keys,
 * or check for keys when the user is deleted.
 */
export const accessKeyShape = z.object({
  accessKeyId: z.string(),
  /** The secret, sealed under the data keys (see keys/) and bound to the access key id. */
  sealedSecret: z.string(),
  status: z.enum(['Active', 'Inactive']),
  createdAt: z.number(),
  /** When a holder or an administrator last made it active again. Absent if nobody did. */
  activatedAt: z.number().optional(),
  /** When the holder was warned that it is about to be made inactive. Absent if it is not due. See `credential-policy/`. */
  warnedAt: z.number().optional(),
});
export type AccessKey = z.infer<typeof accessKeyShape>;

/** A new access key. The secret leaves the server only here, on creation. */
export interface NewAccessKey {
  readonly accessKey: AccessKey;
  readonly secretAccessKey: string;
}
