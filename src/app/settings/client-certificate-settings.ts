import * as z from 'zod';
import { HEADER_FORMATS } from '../../federation/client-certificates/header-formats.ts';

const PORT = 'must be a number from 1 to 65535';
const header = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
    .transform((name) => name.toLowerCase())
    .optional()
    .describe(what);

/** Client certificates of apps (RFC 8705): how they arrive, and which are trusted. */
export const clientCertificateSettingsShape = z.strictObject({
  port: z
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .optional()
    .describe(
      'A second port, on which the server asks every client for a certificate. Needs `server.tls`. Browsers stay on the first port, where they are not asked.',
    ),
  publicUrl: z
    .url({ protocol: /^https$/, message: 'must be an https URL' })
    .refine((text) => /^https:\/\/[^/@?#]+\/*$/i.test(text), 'must have neither a path nor a user, query or fragment')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'The URL at which clients are asked for certificates, published as `mtls_endpoint_aliases`. Default with `port`: the public URL with that port; otherwise the public URL itself.',
    ),
  header: header(
    'The header in which the proxies of `server.trustedProxies` pass on the client’s certificate, such as `Client-Cert`. From any other sender it is ignored. Default: none.',
  ),
  headerFormat: z
    .enum(HEADER_FORMATS)
    .default('rfc9440')
    .describe(
      'How the header encodes it. `rfc9440`: base64 between colons; `pem`: percent-encoded PEM (nginx `$ssl_client_escaped_cert`, AWS, Apache); `base64`: DER in base64 (HAProxy, Traefik); `xfcc`: `x-forwarded-client-cert` of Envoy.',
    ),
  verifiedHeader: header(
    'The header in which the proxy says whether it verified the certificate (nginx `$ssl_client_verify`). With any value but `SUCCESS`, `tls_client_auth` fails. Default: none; then `caFile` decides.',
  ),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A PEM file with the certificate authorities, root and intermediate, whose certificates are accepted for `tls_client_auth`. A changed file is read again. Default: none; then the proxy decides (`verifiedHeader`).',
    ),
  crlFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A PEM file with a current revocation list of each authority in `caFile`; an outdated list refuses its certificates. A changed file is read again. Default: none, revocation is not checked.',
    ),
});
export type ClientCertificateSettings = z.output<typeof clientCertificateSettingsShape>;

interface ServerSettings {
  readonly port: number;
  readonly trustedProxies: readonly string[];
  readonly publicUrl?: string | undefined;
  readonly tls: { readonly certificateFile?: string | undefined };
  readonly clientCertificates: ClientCertificateSettings;
}

/** What contradicts itself in these settings, each with its path below `server`. */
export function contradictions({
  port,
  trustedProxies,
  publicUrl,
  tls,
  clientCertificates: own,
}: ServerSettings): readonly (readonly [path: readonly string[], message: string])[] {
  const at = (name: string, message: string) => [['clientCertificates', name], message] as const;
  const isOn = own.port !== undefined || own.header !== undefined;
  const hasTls = tls.certificateFile !== undefined;
  return [
    ...(hasTls && publicUrl?.startsWith('http:')
      ? [[['publicUrl'], 'must be https, as the server speaks TLS itself (server.tls)'] as const]
      : []),
    ...(own.port !== undefined && !hasTls ? [at('port', 'needs server.tls.certificateFile and keyFile')] : []),
    ...(own.port === port ? [at('port', 'must not be server.port: browsers would be asked for certificates')] : []),
    ...(own.header !== undefined && trustedProxies.length === 0
      ? [at('header', 'comes from a proxy, so server.trustedProxies must name it')]
      : []),
    ...(own.verifiedHeader !== undefined && own.header === undefined
      ? [at('verifiedHeader', 'needs header, in which the proxy passes on the certificate')]
      : []),
    ...(own.crlFile !== undefined && own.caFile === undefined ? [at('crlFile', 'needs caFile')] : []),
    ...(!isOn && (own.publicUrl ?? own.caFile) !== undefined
      ? [at('header', 'or port is needed: otherwise no client certificate can arrive')]
      : []),
  ];
}

/** The URL at which clients are asked for certificates; `undefined` if it is the public URL itself. @param publicUrl without a trailing slash */
export function mtlsUrlOf(publicUrl: string, { publicUrl: own, port }: ClientCertificateSettings): string | undefined {
  if (own !== undefined) return own === publicUrl ? undefined : own;
  if (port === undefined) return undefined;
  const url = new URL(publicUrl);
  url.port = String(port);
  return url.origin;
}
