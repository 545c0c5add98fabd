import * as z from 'zod';
import { clientCertificateFields } from './client-certificates/settings.ts';

const name = (what: string, byDefault: string) =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits and hyphens')
    .default(byDefault)
    .describe(what);
const role = () =>
  z
    .string()
    .regex(/^arn:aws:iam::\d{12}:role\/\S+$/, 'must be the ARN of a role')
    .describe('The ARN of the role for calls that name none. Its trust policy must still allow the call.');

const certificateShape = z.strictObject({
  name: name('In trust policies, `arn:aws:rolecall::<account>:certificate-provider/<name>`.', 'clients'),
  defaultRole: role(),
  ...clientCertificateFields,
});

const customTokenShape = z
  .strictObject({
    name: name('In trust policies, `arn:aws:rolecall::<account>:token-provider/<name>`.', 'plugin'),
    defaultRole: role(),
    url: z
      .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
      .describe('The webhook that verifies tokens, as an identity management plugin of MinIO does.'),
    authorizationFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the value of the `Authorization` header that the webhook expects. Read for every call.'),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe('A PEM file with the certificate authorities of the webhook; no others are trusted for it.'),
    allowPrivateNetworks: z
      .boolean()
      .default(false)
      .describe('Whether the webhook may have an address in a private network or on this machine.'),
  })
  .refine(
    ({ url, allowPrivateNetworks }) => url.startsWith('https:') || allowPrivateNetworks,
    'url must be https, unless allowPrivateNetworks is true: the request contains the token',
  );

/** The configuration of the STS operations for clients of MinIO. */
export const minioSettingsShape = z.strictObject({
  webIdentity: z
    .array(
      z.strictObject({
        issuer: z.string().min(1).describe('The issuer, exactly as its tokens name it (`iss`).'),
        defaultRole: role(),
      }),
    )
    .refine((rows) => new Set(rows.map(({ issuer }) => issuer)).size === rows.length, 'each issuer at most once')
    .default([])
    .describe(
      'The default roles for `AssumeRoleWithWebIdentity` and `AssumeRoleWithClientGrants` without `RoleArn`, by issuer of the token.',
    ),
  certificate: certificateShape.optional().describe('Turns on `AssumeRoleWithCertificate`.'),
  customToken: customTokenShape.optional().describe('Turns on `AssumeRoleWithCustomToken`.'),
  ldap: z
    .array(
      z.strictObject({
        connector: z.string().min(1).describe('The name of an LDAP connector. Clients choose it by `LDAPConfigName`.'),
        defaultRole: role(),
      }),
    )
    .refine(
      (rows) => new Set(rows.map(({ connector }) => connector)).size === rows.length,
      'each connector at most once',
    )
    .default([])
    .describe(
      'Turns on `AssumeRoleWithLDAPIdentity`, for these connectors. Without `LDAPConfigName` it is the first one.',
    ),
  roleArns: z
    .record(z.string().regex(/^arn:minio:iam:/, 'must be a role ARN of MinIO (arn:minio:iam:…)'), role())
    .default({})
    .describe('Role ARNs of MinIO that clients still send, and the roles that they stand for here.'),
});
export type MinioSettings = z.output<typeof minioSettingsShape>;
