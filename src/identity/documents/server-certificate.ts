import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/** A TLS certificate of an account, with its private key. It is only kept here: no service of this server answers with it. */
export const serverCertificateShape = z.object({
  accountId: z.string(),
  /** `ASCA…` */
  certificateId: z.string(),
  certificateName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  /** PEM, as uploaded, but without white space around it. */
  body: z.string(),
  /** The certificates of the issuers; likewise. */
  chain: z.string().optional(),
  /** The private key (PKCS #8, DER), sealed under the data keys and bound to the certificate's id. No operation returns it. */
  sealedKey: z.string(),
  /** When the certificate expires, ms since the epoch. */
  expiresAt: z.number(),
  uploadedAt: z.number(),
  tags: z.array(tagShape),
});
export type ServerCertificate = z.infer<typeof serverCertificateShape>;

export const serverCertificates: CollectionDeclaration<ServerCertificate> = {
  name: 'serverCertificates',
  shape: serverCertificateShape,
  key: ['accountId', 'certificateId'],
  unique: { byName: ['accountId', 'nameKey'] },
  indexes: {},
  counted: { byName: 1 },
};
