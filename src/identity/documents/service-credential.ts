import * as z from 'zod';

/**
 * A service-specific credential of a user: a name and a password, or an API key, for one service. It is only kept here: no service of this
 * server accepts one.
 */
export const serviceCredentialShape = z.object({
  /** `ACCA…` */
  credentialId: z.string(),
  /** `codecommit.amazonaws.com`, for example. */
  serviceName: z.string(),
  /** The name to use with the password (`alice-at-123456789012`), or the public part of the API key. */
  alias: z.string(),
  /** The service and the folded alias: unique, so that one name never means two users. */
  aliasKey: z.string(),
  /** SHA-256 of the password or API key, base64url. It is random, so nothing slower is needed. */
  secretHash: z.string(),
  status: z.enum(['Active', 'Inactive']),
  createdAt: z.number(),
  /** ms since the epoch; absent if it never expires. Only API keys do. */
  expiresAt: z.number().optional(),
});
export type ServiceCredential = z.infer<typeof serviceCredentialShape>;
