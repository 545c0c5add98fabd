import * as z from 'zod';
import { samlSettingsShape } from './saml/settings.ts';
import { webIdentitySettingsShape } from './web-identity/issuer-settings.ts';

/** The configuration of outside logins. */
export const federationSettingsShape = z.strictObject({
  webIdentity: webIdentitySettingsShape.prefault({}),
  saml: samlSettingsShape.prefault({}),
});
