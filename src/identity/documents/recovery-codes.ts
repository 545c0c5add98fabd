import * as z from 'zod';

/** The codes with which a person signs in once each after losing their other factors. */
export const recoveryCodesShape = z.object({
  /** A hash of each code that was not used yet, sealed under the data keys and bound to the person. */
  sealedHashes: z.array(z.string()),
  createdAt: z.number(),
  /** When one was last used; absent until then. */
  lastUsedAt: z.number().optional(),
});
export type RecoveryCodes = z.infer<typeof recoveryCodesShape>;
