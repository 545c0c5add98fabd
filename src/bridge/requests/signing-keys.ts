import { type KeyObject, X509Certificate } from 'node:crypto';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';

/** The keys by which an application signs. Its certificates only carry them. */
export function signingKeysOf({
  settings,
}: {
  readonly settings: Pick<SamlApplicationSettings, 'certificates'>;
}): readonly KeyObject[] {
  return settings.certificates.map((certificate) => new X509Certificate(Buffer.from(certificate, 'base64')).publicKey);
}
