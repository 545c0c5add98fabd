import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';

/** A service for which an app may request access tokens (RFC 8707), with the allowed scopes. */
export const clientResourceShape = z.object({ resource: z.string(), scopes: z.array(z.string()) });

/** An app that users sign in to, or a machine that requests tokens for itself. */
export const oidcClientShape = z.object({
  accountId: z.string(),
  /** Unique across all accounts. */
  clientId: z.string(),
  /** The secret, sealed under the data keys and bound to the client id; absent if the client authenticates in another way. */
  sealedSecret: z.string().optional(),
  /** Whose users may sign in: those of the client's own account, or of every account. */
  openTo: z.enum(['account', 'everyone']),
  resources: z.array(clientResourceShape),
  /** Other metadata, named as in OpenID Connect Dynamic Client Registration 1.0 §2 (`redirect_uris`, …). */
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.number(),
  /** When it was removed from its configuration file, in ms since the epoch. From then on, it does not exist for apps. */
  disabledAt: z.number().optional(),
});
export type OidcClient = z.infer<typeof oidcClientShape>;

export const oidcClients: CollectionDeclaration<OidcClient> = {
  name: 'oidcClients',
  shape: oidcClientShape,
  key: ['accountId', 'clientId'],
  unique: { byClientId: ['clientId'] },
  indexes: {},
};
