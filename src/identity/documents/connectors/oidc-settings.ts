import * as z from 'zod';
import { trustedFactorsShape } from './trusted-factors.ts';

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
  /** With `private_key_jwt` and `signed_client_secret`, the sealed secret is a private key. */
  clientAuthentication: z.enum([
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'signed_client_secret',
    'none',
  ]),
  /** The id of the private key at the provider. */
  keyId: z.string().optional(),
  /** The issuer of signed client secrets, at Apple. */
  teamId: z.string().optional(),
  /** The audience of assertions. Absent: the issuer. */
  assertionAudience: z.enum(['issuer', 'token_endpoint']).optional(),
  scopes: z.array(z.string()),
  /** The claim that identifies a person for good. */
  subjectClaim: z.string(),
  /** Whether the claims of the userinfo endpoint are read too. */
  userinfo: z.boolean(),
  /** If present, the claim `hd` must be one of these. */
  hostedDomains: z.array(z.string()).optional(),
  /** In the place of those that discovery finds. */
  endpoints: z.object({ authorization: z.string(), token: z.string(), userinfo: z.string().optional() }).optional(),
  /** Whether a sign-out here also signs the person out there. Absent: no. */
  signOutAtProvider: z.boolean().optional(),
  /** Where people sign out there, in the place of what discovery finds. */
  endSessionEndpoint: z.string().optional(),
  /** Where the keys of the provider are fetched, rather than by discovery. */
  jwksUri: z.string().optional(),
  /** The keys of the provider: the text of a JWK Set. */
  jwks: z.string().optional(),
  /** PEM certificates of the only certificate authorities to trust. */
  ca: z.string().optional(),
  /** How the answer comes back. Absent: in the URL. */
  responseMode: z.enum(['query', 'form_post']).optional(),
  /** `false` if the provider does not support PKCE. */
  pkce: z.boolean().optional(),
  /** `false` if the provider does not return the nonce. */
  nonce: z.boolean().optional(),
  /** In seconds: how often the provider is asked again whether a login stands. Absent: never. */
  recheckAfter: z.number().optional(),
  /** Which logins count as the second factor. Absent: none. */
  trustedFactors: trustedFactorsShape.optional(),
});
export type OidcSettings = z.infer<typeof oidcSettingsShape>;
