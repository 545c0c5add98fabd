import * as z from 'zod';

/** An X.509 certificate of a user or a root user. It is only kept here: no service of this server verifies signatures with it. */
export const signingCertificateShape = z.object({
  certificateId: z.string(),
  /** PEM, as uploaded. */
  body: z.string(),
  /** SHA-256 of its DER encoding, in hexadecimal. */
  fingerprint: z.string(),
  status: z.enum(['Active', 'Inactive']),
  uploadedAt: z.number(),
});
export type SigningCertificate = z.infer<typeof signingCertificateShape>;
