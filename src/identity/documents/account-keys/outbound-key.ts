import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';

/** A key with which an account signs the tokens of its outbound federation. Its stage follows from the times (`keys/rotation.ts`). */
export const outboundKeyShape = z.object({
  accountId: z.string(),
  /** The thumbprint of the public key (RFC 7638). */
  keyId: z.string(),
  algorithm: z.enum(['RS256', 'ES384']),
  /** 1, 2, … within the account and algorithm. */
  sequence: z.number(),
  createdAt: z.number(),
  /** When it starts to sign. It does so until its successor starts. */
  activeFrom: z.number(),
  sealedKey: z.string(),
});
export type OutboundKey = z.infer<typeof outboundKeyShape>;

export const outboundKeys: CollectionDeclaration<OutboundKey> = {
  name: 'outboundKeys',
  shape: outboundKeyShape,
  key: ['accountId', 'keyId'],
  // If several processes create the next key at once, one wins.
  unique: { bySequence: ['accountId', 'algorithm', 'sequence'] },
  indexes: {},
};
