import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';

/** A token of an administrator with which apps register themselves (RFC 7591 §1.2). */
const initialAccessTokenShape = z.object({
  accountId: z.string(),
  tokenId: z.string(),
  /** The hash of the token, which is only shown when it is created. */
  hash: z.string(),
  description: z.string().optional(),
  /** The caller who created it. If that user or role is disabled or deleted, the token is no longer accepted. */
  createdBy: z.object({ arn: z.string(), kind: z.enum(['account', 'user', 'role']), uniqueId: z.string() }),
  /** Ms since the epoch, as all times here. */
  createdAt: z.number(),
  expiresAt: z.number(),
  /** How many registrations it is for, and how many are left. */
  uses: z.number(),
  usesLeft: z.number(),
  lastUsedAt: z.number().optional(),
});
export type InitialAccessToken = z.infer<typeof initialAccessTokenShape>;

export const initialAccessTokens: CollectionDeclaration<InitialAccessToken> = {
  name: 'initialAccessTokens',
  shape: initialAccessTokenShape,
  key: ['accountId', 'tokenId'],
  unique: { byHash: ['hash'] },
  indexes: { byExpiry: ['expiresAt'] },
};
