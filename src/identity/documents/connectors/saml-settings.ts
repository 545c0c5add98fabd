import * as z from 'zod';
import { trustedFactorsShape } from './trusted-factors.ts';

/** How a connector reaches a SAML identity provider, for which Rolecall is a service provider. */
export const samlSettingsShape = z.object({
  kind: z.literal('saml'),
  /** The issuer of the provider's assertions. A part of who a subject is. */
  idpEntityId: z.string(),
  /** Where the provider's metadata are read again and again. */
  metadataUrl: z.string().optional(),
  /** The provider's metadata as given, if there is no such address. */
  metadata: z.string().optional(),
  /** In the place of metadata: where requests go. */
  ssoUrl: z.string().optional(),
  sloUrl: z.string().optional(),
  /** In the place of metadata: the signing certificates, DER in base64. */
  certificates: z.array(z.string()).optional(),
  /** What we are called there. Absent: the address of our metadata. */
  entityId: z.string().optional(),
  /** Our own keys, sealed under the data keys and bound to the connector's id. */
  sealedSecret: z.string().optional(),
  /** How requests are sent. Absent: by redirect, if the provider takes that. */
  requestBinding: z.enum(['redirect', 'post']).optional(),
  signRequests: z.boolean(),
  requireSignedAssertion: z.boolean(),
  requireSignedResponse: z.boolean(),
  requireEncryption: z.boolean(),
  /** The parameter beside a request in which the provider takes the name that the person gave. */
  loginHintParameter: z.string().optional(),
  /** The NameID format to ask for. */
  nameIdFormat: z.string().optional(),
  /** The authentication contexts to ask for, of which one must come back. */
  authnContexts: z.array(z.string()).optional(),
  /** The attribute that identifies a person. Absent: the NameID does. */
  subjectAttribute: z.string().optional(),
  /** Whether e-mail addresses count as verified. */
  trustEmail: z.boolean(),
  /** Whether the provider may sign people in who did not begin here. */
  allowIdpInitiated: z.boolean(),
  /** The client id of the app that they come to. Absent: the account page. */
  idpInitiatedApp: z.string().optional(),
  /** Which logins count as the second factor, by authentication context class. Absent: none. */
  trustedFactors: trustedFactorsShape.pick({ acr: true, phishingResistant: true }).optional(),
});
export type SamlSettings = z.infer<typeof samlSettingsShape>;
