import * as z from 'zod';
import { samlApplicationListShape } from '../identity/applications/saml/saml-settings.ts';

/** The settings of the SAML identity provider. */
export const samlSettingsShape = z.strictObject({
  applications: samlApplicationListShape
    .default([])
    .describe('The SAML 2.0 service providers whose users sign in here ([applications.md](applications.md)).'),
});
