import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';

/** A service that an app may ask access tokens for (RFC 8707), and the scopes that it may have there. */
export const clientResourceShape = z.object({ resource: z.string(), scopes: z.array(z.string()) });

/** An app that people sign in to, or a machine that asks for tokens of its own. */
export const oidcClientShape = z.object({
  accountId: z.string(),
  /** Unique over all accounts. */
  clientId: z.string(),
  /** The secret, sealed under the data keys, bound to the client id; absent for those who prove themselves otherwise. */
  sealedSecret: z.string().optional(),
  /** Whose people may sign in: those of the client's own account, or of every account. */
  openTo: z.enum(['account', 'everyone']),
  resources: z.array(clientResourceShape),
  /** What else OpenID Connect Dynamic Client Registration 1.0 §2 names, in its spelling (`redirect_uris`, …). */
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.number(),
  /** Since when it is no longer in the configuration file that brought it; it does not exist for apps then. Ms since the epoch. */
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
