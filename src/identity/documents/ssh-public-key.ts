import * as z from 'zod';

/** An SSH public key of a user. It is only kept here: no service of this server signs anyone in by SSH. */
export const sshPublicKeyShape = z.object({
  /** `APKA…` */
  keyId: z.string(),
  /** As uploaded: a line of OpenSSH (`ssh-rsa …`), or PEM. */
  body: z.string(),
  /** The key as SSH transfers it (RFC 4253 §6.6), base64. */
  blob: z.string(),
  status: z.enum(['Active', 'Inactive']),
  uploadedAt: z.number(),
});
export type SshPublicKey = z.infer<typeof sshPublicKeyShape>;
