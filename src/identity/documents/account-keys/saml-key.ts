import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';

/** A key with which an account's SAML identity provider signs. Its stage follows from the times (`keys/rotation.ts`). */
export const samlKeyShape = z.object({
  accountId: z.string(),
  /** SHA-256 of the certificate, in hex. */
  keyId: z.string(),
  /** 1, 2, … within the account. */
  sequence: z.number(),
  createdAt: z.number(),
  /** When it starts to sign. It does so until its successor starts. */
  activeFrom: z.number(),
  /** DER in base64. */
  certificate: z.string(),
  sealedKey: z.string(),
});
export type SamlKey = z.infer<typeof samlKeyShape>;

export const samlKeys: CollectionDeclaration<SamlKey> = {
  name: 'samlKeys',
  shape: samlKeyShape,
  key: ['accountId', 'keyId'],
  // If several processes create the next key at once, one wins.
  unique: { bySequence: ['accountId', 'sequence'] },
  indexes: {},
};
