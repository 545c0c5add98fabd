import { X509Certificate } from 'node:crypto';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { readIdentityProvider } from '../../saml/read-metadata.ts';
import type { SigningCertificate } from '../connector-kind.ts';

const SOON = 30 * 24 * 60 * 60_000;

/** The certificates that the settings contain; none of a provider whose metadata are fetched. */
export function certificatesIn({
  metadata,
  idpEntityId,
  certificates = [],
}: Pick<SamlSettings, 'metadata' | 'idpEntityId' | 'certificates'>): readonly SigningCertificate[] {
  return shownCertificates(
    metadata === undefined ? certificates : readIdentityProvider(metadata, idpEntityId).signingCertificates,
  );
}

/** @param certificates DER in base64. */
export function shownCertificates(certificates: readonly string[]): readonly SigningCertificate[] {
  return certificates.map((certificate) => {
    const { fingerprint256, validTo } = new X509Certificate(Buffer.from(certificate, 'base64'));
    return { fingerprint: fingerprint256, notAfter: Date.parse(validTo) };
  });
}

/** Whether a certificate expires within 30 days, or has expired. Providers usually change to another key at that time. */
export function expiresSoon({ notAfter }: SigningCertificate, now: number): boolean {
  return notAfter - SOON <= now;
}
