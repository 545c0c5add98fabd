import * as z from 'zod';

/** How a connector reaches an outside OAuth 2 provider, which has no ID tokens: people are known by their profile. */
export const oauth2SettingsShape = z.object({
  kind: z.literal('oauth2'),
  /** The preset that filled in what the operator left out. It also says how the provider's profile is read. */
  preset: z.string(),
  /** What the provider calls itself in its answers (RFC 9207), if it does. */
  issuer: z.string().optional(),
  /** Where the provider's pages are, for presets that others can run too. */
  baseUrl: z.string().optional(),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  /** Whose answer says who signed in. */
  profileEndpoint: z.string(),
  clientId: z.string(),
  /** Sealed under the data keys and bound to the connector's id. */
  sealedSecret: z.string().optional(),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  scopes: z.array(z.string()),
  /** The member of the profile that identifies a person for good. */
  subjectClaim: z.string(),
  /** Whether codes are bound to the browser that began (RFC 7636). */
  pkce: z.boolean(),
  /** In seconds: how often the provider is asked again whether a login stands. Absent: never. */
  recheckAfter: z.number().optional(),
  /** PEM certificates of the only certificate authorities to trust. */
  ca: z.string().optional(),
});
export type OAuth2Settings = z.infer<typeof oauth2SettingsShape>;
