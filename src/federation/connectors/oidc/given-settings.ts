import * as z from 'zod';
import type { Problem, SettingsOrigin } from '../connector-kind.ts';
import { domainsShape } from '../given-domains.ts';
import { OIDC_PRESETS, type OidcPreset, type PresetName } from './presets.ts';

const presetNames = Object.keys(OIDC_PRESETS) as [PresetName, ...PresetName[]];
const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;

/** The settings of an OpenID Connect provider in the configuration file. */
export const oidcFields = {
  kind: z.literal('oidc').optional().describe('The kind of connector: `oidc` (default).'),
  preset: z
    .enum(presetNames, `must be one of ${presetNames.join(', ')}`)
    .default('oidc')
    .describe(`The provider, which supplies defaults: ${presetNames.map((name) => `\`${name}\``).join(', ')}.`),
  issuer: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:\/[^?#\s{}]*)?$/, 'must be the URL of an issuer, without placeholders')
    .optional()
    .describe('The provider’s issuer, exactly as it names itself. Default: by preset.'),
  clientId: z.string('is needed, and must be a text').min(1).max(255).describe('The client id given by the provider.'),
  clientSecret: z.string().min(1, 'must not be empty').optional().describe('The client secret given by the provider.'),
  clientSecretFile: z.string().min(1).optional().describe('A file with the client secret, instead of `clientSecret`.'),
  clientAuthentication: z
    .enum(METHODS, `must be one of ${METHODS.join(', ')}`)
    .optional()
    .describe(`How the secret is sent: ${METHODS.map((method) => `\`${method}\``).join(', ')}. Default: by preset.`),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope'), 'must be a list')
    .optional()
    .describe('The scopes to ask for; `openid` is always one of them. Default: by preset.'),
  subjectClaim: z.string().min(1).optional().describe('The claim that identifies a person. Default: by preset.'),
  userinfo: z.boolean().optional().describe('Whether to read the userinfo endpoint too. Default: by preset.'),
  hostedDomains: domainsShape()
    .min(1, 'must name a domain, or be left out')
    .optional()
    .describe('Google Workspace domains whose people may sign in (claim `hd`). Required by the preset `google`.'),
};
export type GivenOidc = z.output<z.ZodObject<typeof oidcFields>>;

/** Google issues tokens for every Google account, so a connector without a domain would accept all of them. */
export function oidcProblems(given: GivenOidc, origin: SettingsOrigin): readonly Problem[] {
  const { preset, issuer, hostedDomains } = given;
  const row: OidcPreset = OIDC_PRESETS[preset];
  const problems: Problem[] = [];
  if (issuer === undefined && row.issuer === undefined) {
    problems.push(['issuer', `is needed${row.issuerExample === undefined ? '' : `, such as ${row.issuerExample}`}`]);
  }
  if (preset === 'google' && hostedDomains === undefined) {
    problems.push(['hostedDomains', 'is needed: name the domains of your Google Workspace']);
  }
  return [...problems, ...secretProblems(given, origin)];
}

/** The field for the client secret, if the way of authentication needs one. */
export function secretFieldOf(
  given: Partial<Record<'preset' | 'clientAuthentication', unknown>>,
): 'clientSecret' | undefined {
  const row: OidcPreset | undefined = OIDC_PRESETS[given.preset as PresetName];
  return (given.clientAuthentication ?? row?.clientAuthentication) === 'none' ? undefined : 'clientSecret';
}

function secretProblems(given: GivenOidc, origin: SettingsOrigin): readonly Problem[] {
  const { clientSecret, clientSecretFile } = given;
  const problems: Problem[] = [];
  const hasSecret = clientSecret !== undefined || clientSecretFile !== undefined;
  const needsSecret = secretFieldOf(given) !== undefined;
  if (needsSecret && !hasSecret) {
    problems.push(['clientSecret', origin === 'file' ? 'or clientSecretFile is needed' : 'is needed']);
  }
  if (!needsSecret && hasSecret) problems.push(['clientSecret', 'has no use with clientAuthentication none']);
  if (clientSecret !== undefined && clientSecretFile !== undefined) {
    problems.push(['clientSecretFile', 'cannot be combined with clientSecret']);
  }
  return problems;
}
