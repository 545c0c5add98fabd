import * as z from 'zod';

const GENERATED = 'First start only; generated and printed if absent.';

/** What the first start creates. Ignored afterwards. */
export const firstStartSettingsShape = z
  .strictObject({
    accountId: z
      .string()
      .regex(/^\d{12}$/, 'must have 12 digits')
      .optional()
      .describe(`The first account’s id, 12 digits. ${GENERATED}`),
    accountAlias: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, 'must be 3 to 63 lower-case letters, digits and hyphens')
      .optional()
      .describe('The first account’s alias. First start only.'),
    rootEmail: z
      .email('must be an e-mail address')
      .optional()
      .describe('The e-mail address that the root user signs in with. First start only.'),
    rootPassword: z.string().min(8).max(128).optional().describe(`The root user’s password. ${GENERATED}`),
    adminAccessKeyId: z
      .string()
      .regex(/^\w{16,128}$/, 'must have 16 to 128 letters, digits or underscores')
      .refine((id) => !id.startsWith('ASIA'), 'must not begin with ASIA: such ids are for temporary credentials')
      .optional()
      .describe(`The id of the access key of the user \`admin\`. ${GENERATED}`),
    adminSecretAccessKey: z
      .string()
      .min(16)
      .max(128)
      .optional()
      .describe(`The secret of that access key, 16 to 128 characters. ${GENERATED}`),
    adminPassword: z.string().min(8).max(128).optional().describe(`The password of the user \`admin\`. ${GENERATED}`),
  })
  .refine(
    (first) => (first.adminAccessKeyId === undefined) === (first.adminSecretAccessKey === undefined),
    'adminAccessKeyId and adminSecretAccessKey (ROLECALL_ADMIN_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY) must be given together',
  );
