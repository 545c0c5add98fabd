import * as z from 'zod';
import { connectorListShape } from './connectors/connector-settings.ts';
import { ldapAccessShape } from './connectors/ldap-access-settings.ts';
import { minioSettingsShape } from './minio-settings.ts';
import { samlSettingsShape } from './saml/settings.ts';
import { webIdentitySettingsShape } from './web-identity/issuer-settings.ts';

/** The configuration of outside logins. */
export const federationSettingsShape = z.strictObject({
  connectors: connectorListShape
    .default([])
    .describe('Outside providers through which people sign in ([federation.md](federation.md)).'),
  webIdentity: webIdentitySettingsShape.prefault({}),
  saml: samlSettingsShape.prefault({}),
  ldap: ldapAccessShape.prefault({}),
  minio: minioSettingsShape.prefault({}).describe('For clients that move here from MinIO ([minio.md](minio.md)).'),
});
