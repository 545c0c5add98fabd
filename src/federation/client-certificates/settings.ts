import * as z from 'zod';

const file = (what: string) => z.string().min(1).describe(what);

/** Settings of AssumeRoleWithCertificate, except its name and role. */
export const clientCertificateFields = {
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
    .transform((name) => name.toLowerCase())
    .default('x-client-certificate')
    .describe(
      'The header in which the proxies of `server.trustedProxies` pass the client certificate: percent-encoded PEM (nginx `$ssl_client_escaped_cert`) or `:base64:` (RFC 9440). From any other sender it is ignored.',
    ),
  caFile: file(
    'A PEM file with the certificate authorities that issue client certificates: root and intermediate ones. A changed file is read again.',
  ),
  revocation: z
    .union([z.literal('none'), z.strictObject({ crlFile: file('A PEM file with a current CRL of every authority.') })])
    .describe(
      'How revoked certificates are recognised: `{"crlFile": "…"}`, a PEM file with a current revocation list of each authority that issued a certificate of the chain (a changed file is read again, and an outdated list refuses its certificates); or `"none"`: not at all.',
    ),
};
