import * as z from 'zod';
import { mappedClaimShape } from './claim.ts';

/** A service for which an application may request access tokens (RFC 8707), with the allowed scopes. */
export const applicationResourceShape = z.object({ resource: z.string(), scopes: z.array(z.string()) });

/** A client secret, sealed under the data keys and bound to the client id. */
const clientSecretShape = z.object({
  sealed: z.string(),
  createdAt: z.number(),
  /** When it stops being accepted, for a secret that was rotated. Ms since the epoch. */
  expiresAt: z.number().optional(),
});
export type SealedClientSecret = z.infer<typeof clientSecretShape>;

/** An OpenID Connect client: an app that users sign in to, or a machine that requests tokens for itself. */
export const oidcApplicationShape = z.object({
  protocol: z.literal('OIDC'),
  /** The current secret first, then the one before it. Empty if the client authenticates in another way. */
  secrets: z.array(clientSecretShape),
  resources: z.array(applicationResourceShape),
  /** Claims of its own, beside those of the scopes. */
  claims: z.array(mappedClaimShape).optional(),
  /** Other metadata, named as in OpenID Connect Dynamic Client Registration 1.0 §2 (`redirect_uris`, …). */
  metadata: z.record(z.string(), z.unknown()),
});
export type OidcApplicationSettings = z.infer<typeof oidcApplicationShape>;
