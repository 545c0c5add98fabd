import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const ONE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** Nothing but certificates: `X509Certificate` would accept DER, too, and ignore everything after the first certificate. */
const ALL = /^(?:-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*)+$/;

/**
 * Reads a text that consists of certificates in PEM.
 * @throws {Error} if it contains anything else, or a certificate that cannot be read.
 */
export function readPemCertificates(text: string): readonly X509Certificate[] {
  const trimmed = text.trim();
  if (!ALL.test(trimmed)) throw new Error('the text does not consist of certificates in PEM');
  return (trimmed.match(ONE) ?? []).map((pem) => new X509Certificate(pem));
}

/** How many certificates a text seems to have. Reading one takes up to half a millisecond, so long lists are to be refused before that. */
export function countPemCertificates(text: string): number {
  return text.split(BEGIN).length - 1;
}

/** The only certificate in a text. @throws {Error} if there is not exactly one. */
export function readPemCertificate(text: string): X509Certificate {
  const [certificate, ...others] = readPemCertificates(text);
  if (certificate === undefined || others.length > 0) throw new Error('the text has more than one certificate');
  return certificate;
}
