import { type Members, shape } from '../../shapes/shape.ts';

const { optional, text } = shape;

const CERTIFICATE_NAME = text('ClientCertificateName', { length: [0, 1024], audited: true });

/** Which certificate is a client's (RFC 8705 §2.1.2). */
export const CERTIFICATE_MEMBERS = {
  CertificateSubjectDn: optional(
    CERTIFICATE_NAME,
    'The subject of its certificate (RFC 4514), for `TLS_CLIENT_AUTH`. Prefer one of the alternative names below; exactly one of the five.',
  ),
  CertificateSanDns: optional(CERTIFICATE_NAME, 'A DNS name in its certificate, for `TLS_CLIENT_AUTH`.'),
  CertificateSanUri: optional(CERTIFICATE_NAME, 'A URI in its certificate, for `TLS_CLIENT_AUTH`.'),
  CertificateSanIp: optional(CERTIFICATE_NAME, 'An IP address in its certificate, for `TLS_CLIENT_AUTH`.'),
  CertificateSanEmail: optional(CERTIFICATE_NAME, 'An e-mail address in its certificate, for `TLS_CLIENT_AUTH`.'),
} satisfies Members;

/** The members under their names in the client's metadata. */
export const CERTIFICATE_METADATA = {
  CertificateSubjectDn: 'tls_client_auth_subject_dn',
  CertificateSanDns: 'tls_client_auth_san_dns',
  CertificateSanUri: 'tls_client_auth_san_uri',
  CertificateSanIp: 'tls_client_auth_san_ip',
  CertificateSanEmail: 'tls_client_auth_san_email',
} as const;
