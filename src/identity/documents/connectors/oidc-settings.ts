import * as z from 'zod';

/** How a connector reaches an outside OpenID Connect provider. */
export const oidcSettingsShape = z.object({
  kind: z.literal('oidc'),
  /** The preset that filled in what the operator left out. */
  preset: z.string().optional(),
  /** Compared byte for byte with what the provider says. */
  issuer: z.string(),
  clientId: z.string(),
  /** Sealed under the data keys and bound to the connector's id. */
  sealedSecret: z.string().optional(),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  scopes: z.array(z.string()),
  /** The claim that identifies a person for good. */
  subjectClaim: z.string(),
  /** Whether the claims of the userinfo endpoint are read too. */
  userinfo: z.boolean(),
  /** If present, the claim `hd` must be one of these. */
  hostedDomains: z.array(z.string()).optional(),
});
export type OidcSettings = z.infer<typeof oidcSettingsShape>;
