import * as z from 'zod';

const ENDPOINT = 'must be an https URL that ends with a slash, without query, fragment and user';
const ONE = 'give either `list` or `endpoint`';

/** How many hashes run at a time, and what new passwords are compared with. */
export const passwordSettingsShape = z.strictObject({
  threads: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'Threads per process that hash passwords, 1 to 64. Default: 2, or 1 if that leaves a core free for requests.',
    ),
  breached: z
    .strictObject({
      list: z
        .string()
        .min(1)
        .optional()
        .describe(
          'A file or directory that the downloader of Pwned Passwords wrote ([passwords.md](passwords.md#breached-passwords)). New passwords on the list are refused. Default: none.',
        ),
      endpoint: z
        .string()
        .regex(/^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/])[^?#@]*\/$/, ENDPOINT)
        .optional()
        .describe(
          'A server that speaks the range API of Pwned Passwords, such as `https://api.pwnedpasswords.com/range/`. It gets the first five digits of the SHA-1 hash of each new password, and nothing else. Default: none.',
        ),
      allowPrivateNetworks: z
        .boolean()
        .default(false)
        .describe('Whether `endpoint` may be in a private network or on this machine.'),
      whenUnavailable: z
        .enum(['accept', 'refuse'])
        .default('accept')
        .describe(
          'What becomes of a new password if the list cannot be read, or the endpoint does not answer within three seconds. `accept`: it is accepted if it meets all other rules. `refuse`: nobody can choose a password meanwhile.',
        ),
    })
    .refine(({ list, endpoint }) => list === undefined || endpoint === undefined, ONE)
    .prefault({}),
});
export type PasswordSettings = z.output<typeof passwordSettingsShape>;
