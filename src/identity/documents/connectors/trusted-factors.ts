import * as z from 'zod';

/** What a provider may say of a login so that it counts as the second factor here. A value counts only by exact match. */
export const trustedFactorsShape = z.object({
  amr: z.array(z.string()).optional(),
  acr: z.array(z.string()).optional(),
  /** Values of either that stand for a factor that cannot be phished. They count as a second factor, too. */
  phishingResistant: z.array(z.string()).optional(),
});
export type TrustedFactors = z.infer<typeof trustedFactorsShape>;
