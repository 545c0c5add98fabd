import * as z from 'zod';

/** How an application that registered itself came here, for as long as no administrator has taken it over (RFC 7591). */
export const registrationShape = z.object({
  /** By an initial access token of an administrator, or openly. */
  via: z.enum(['token', 'open']),
  /** `client_id_issued_at`, in seconds since the epoch. */
  issuedAt: z.number(),
  /** The id of the initial access token. */
  tokenId: z.string().optional(),
  /** The hash of the registration access token (RFC 7592). Absent if it was revoked. */
  managementHash: z.string().optional(),
  /** Whether it ever got tokens for a person. */
  isUsed: z.boolean(),
  /** When it last did, or else was registered; in ms since the epoch, and up to half a day too early. */
  lastUsedAt: z.number(),
});
export type Registration = z.infer<typeof registrationShape>;
