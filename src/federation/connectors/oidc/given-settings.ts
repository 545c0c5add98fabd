import * as z from 'zod';
import { factorValues, trustedFactorsField } from '../../provisioning/trusted-factors.ts';
import { type KeySet, readKeySet } from '../../web-identity/key-set.ts';
import { clientFields } from '../given-client.ts';
import { domainsShape } from '../given-domains.ts';
import { readClientKey } from './client-authentication.ts';
import { OIDC_PRESETS, type PresetName } from './presets.ts';

const presetNames = Object.keys(OIDC_PRESETS) as [PresetName, ...PresetName[]];
const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'signed_client_secret',
  'none',
] as const;
const endpoint = () =>
  z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:[/?][^#\s{}]*)?$/, 'must be a URL without a fragment')
    .optional();
const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** A text that a function must be able to read; its errors say what is wrong. */
function readableBy(read: (text: string) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

/** Reads the text of a JWK Set. @throws {Error} saying what is wrong with it. */
export function readKeys(text: string): KeySet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  return readKeySet(value);
}

/** The settings of an OpenID Connect provider in the configuration file. */
export const oidcFields = {
  kind: z.literal('oidc').optional().describe('The kind of connector: `oidc` (default).'),
  preset: z
    .enum(presetNames, `must be one of ${presetNames.join(', ')}`)
    .default('oidc')
    .describe(`The provider, which supplies defaults: ${listed(presetNames)}.`),
  issuer: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:\/[^?#\s{}]*)?$/, 'must be the URL of an issuer, without placeholders')
    .optional()
    .describe('The provider’s issuer, exactly as it names itself. Default: by preset.'),
  ...clientFields,
  clientAuthentication: z
    .enum(METHODS, `must be one of ${METHODS.join(', ')}`)
    .optional()
    .describe(`How the client authenticates: ${listed(METHODS)}. Default: by preset.`),
  privateKey: readableBy(readClientKey)
    .optional()
    .describe('The private key for `private_key_jwt` and `signed_client_secret`, as PEM or JWK.'),
  privateKeyFile: z.string().min(1).optional().describe('A file with the private key, instead of `privateKey`.'),
  keyId: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The id of the key at the provider (`kid`). Default: that of a JWK.'),
  teamId: z.string().min(1).max(255).optional().describe('Apple’s team id, for `signed_client_secret`.'),
  assertionAudience: z
    .enum(['issuer', 'token_endpoint'], 'must be issuer or token_endpoint')
    .optional()
    .describe(
      'The `aud` of `private_key_jwt`: `issuer` (default), or `token_endpoint` for providers that insist on it.',
    ),
  scopes: clientFields.scopes.describe('The scopes to ask for; `openid` is always one of them. Default: by preset.'),
  subjectClaim: z.string().min(1).optional().describe('The claim that identifies a person. Default: by preset.'),
  userinfo: z.boolean().optional().describe('Whether to read the userinfo endpoint too. Default: by preset.'),
  hostedDomains: domainsShape()
    .min(1, 'must name a domain, or be left out')
    .optional()
    .describe('Google Workspace domains whose people may sign in (claim `hd`). Required by the preset `google`.'),
  authorizationEndpoint: endpoint().describe('Where people sign in, for a provider without discovery.'),
  tokenEndpoint: endpoint().describe('Where codes are exchanged, for a provider without discovery.'),
  userinfoEndpoint: endpoint().describe('Where more claims are, for a provider without discovery.'),
  signOutAtProvider: z
    .boolean()
    .optional()
    .describe(
      'Whether people who sign out here are signed out at the provider too. Register `<public URL>/federation/<name>/signed-out` there first. Default: no.',
    ),
  endSessionEndpoint: endpoint().describe('Where people sign out at the provider. Default: by discovery.'),
  jwksUri: endpoint().describe('Where the provider’s keys are fetched from, instead of discovery.'),
  jwks: readableBy(readKeys)
    .optional()
    .describe('The provider’s keys, as the text of a JWK Set. Nothing is fetched then.'),
  jwksFile: z.string().min(1).optional().describe('A file with these keys, instead of `jwks`.'),
  responseMode: z
    .enum(['query', 'form_post'], 'must be query or form_post')
    .optional()
    .describe('How the answer comes back: `query`, or `form_post` by a form. Default: by preset.'),
  pkce: z
    .boolean()
    .optional()
    .describe('`false` only for a provider that refuses PKCE; the connector is then marked. Default: by preset.'),
  nonce: z
    .boolean()
    .optional()
    .describe('`false` only for a provider that returns no nonce; the connector is then marked. Default: by preset.'),
  trustedFactors: trustedFactorsField({
    amr: factorValues().describe('Values of `amr` that count, such as `mfa`.'),
    acr: factorValues().describe('Values of `acr` that count.'),
    phishingResistant: factorValues().describe(
      'Values of either that also stand for a factor that cannot be phished, such as `phr`.',
    ),
  }).describe('Which logins count as the second factor, by values in the ID token. Default: none.'),
};
export type GivenOidc = z.output<z.ZodObject<typeof oidcFields>>;
