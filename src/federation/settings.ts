import * as z from 'zod';
import { webIdentitySettingsShape } from './web-identity/issuer-settings.ts';

/** The configuration of outside logins. */
export const federationSettingsShape = z.strictObject({
  webIdentity: webIdentitySettingsShape.prefault({}),
});
