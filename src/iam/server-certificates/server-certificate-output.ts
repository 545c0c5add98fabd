import type { ServerCertificateMetadata } from '@aws-sdk/client-iam';
import type { ServerCertificate } from '../../identity/documents/server-certificate.ts';
import { serverCertificateArn } from '../../identity/server-certificates/manage-server-certificates.ts';

/** What all operations show of a server certificate. */
export function serverCertificateMetadata(certificate: ServerCertificate): ServerCertificateMetadata {
  const { accountId, certificateId, certificateName, path, expiresAt, uploadedAt } = certificate;
  return {
    Path: path,
    ServerCertificateName: certificateName,
    ServerCertificateId: certificateId,
    Arn: serverCertificateArn(accountId, path, certificateName),
    UploadDate: new Date(uploadedAt),
    Expiration: new Date(expiresAt),
  };
}
