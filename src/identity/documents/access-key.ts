import * as z from 'zod';

/**
 * A long-term access key. It lives inside its user (or the account's root user), so that the limit of two and the
 * deletion of the user are each held by one compare-and-swap.
 */
export const accessKeyShape = z.object({
  accessKeyId: z.string(),
  /** The secret, sealed under the data keys (see keys/); bound to the access key id. */
  sealedSecret: z.string(),
  status: z.enum(['Active', 'Inactive']),
  createdAt: z.number(),
});
export type AccessKey = z.infer<typeof accessKeyShape>;

/** The secret access key itself leaves the server once, here, at its making. */
export interface NewAccessKey {
  readonly accessKey: AccessKey;
  readonly secretAccessKey: string;
}
