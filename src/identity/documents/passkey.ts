import * as z from 'zod';

/** A passkey or security key (WebAuthn) that is enrolled for a user or a root user. Bytes are base64url. */
export const passkeyShape = z.object({
  /** `arn:aws:iam::<account>:u2f/user/<user>/<id>`. */
  serialNumber: z.string(),
  /** Unique across all accounts. */
  credentialId: z.string(),
  /** COSE. Not secret. */
  publicKey: z.string(),
  /** What the authenticator is told of whose credential it is: random to everyone else, and the same for all passkeys of a person. */
  userHandle: z.string(),
  /** The host name that the authenticator bound it to. After the server moves to another one, it cannot be used. */
  rpId: z.string(),
  /** The last signature counter; 0 if the authenticator has none. */
  counter: z.number(),
  transports: z.array(z.string()),
  /**
   * Whether the authenticator finds it without being told which one it is (WebAuthn Level 3 §10.1.3): `false` if the browser said that it does
   * not, so that it cannot sign anyone in alone. Absent if the browser did not say.
   */
  isDiscoverable: z.boolean().optional(),
  /** Whether it may be copied between the person's devices. */
  isSynced: z.boolean(),
  aaguid: z.string(),
  label: z.string(),
  enabledAt: z.number(),
  lastUsedAt: z.number().optional(),
});
export type Passkey = z.infer<typeof passkeyShape>;
