import * as z from 'zod';

/** A virtual MFA device (TOTP, RFC 6238) that is enabled for a user or a root user. */
export const enabledMfaDeviceShape = z.object({
  /** `arn:aws:iam::<account>:mfa/<name>`. */
  serialNumber: z.string(),
  /** The seed, sealed under the data keys and bound to the serial number. */
  sealedSeed: z.string(),
  enabledAt: z.number(),
  /** The last time step used: each code works only once (RFC 6238 §5.2). */
  lastTimeStep: z.number(),
  /** What its owner calls it on the account page. Absent if it was enabled by IAM's operations and never renamed. */
  label: z.string().optional(),
  /** When a code was last accepted. Absent until then, and in devices of earlier versions. */
  lastUsedAt: z.number().optional(),
});
export type EnabledMfaDevice = z.infer<typeof enabledMfaDeviceShape>;
