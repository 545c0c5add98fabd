import * as z from 'zod';
import type { Problem, SettingsOrigin } from '../connector-kind.ts';
import { clientFields, secretProblems, textOrFileProblems } from '../given-client.ts';
import { OAUTH2_PRESETS, type OAuth2PresetName, oauth2Preset } from './presets.ts';

const presetNames = Object.keys(OAUTH2_PRESETS) as [OAuth2PresetName, ...OAuth2PresetName[]];
const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;
const ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'profileEndpoint'] as const;
const endpoint = () =>
  z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:[/?][^#\s{}]*)?$/, 'must be a URL without a fragment')
    .optional();

/** The settings of an OAuth 2 provider in the configuration file. */
export const oauth2Fields = {
  ...clientFields,
  kind: z.literal('oauth2').describe('The kind of connector: `oauth2`.'),
  preset: z
    .enum(presetNames, `must be one of ${presetNames.join(', ')}`)
    .default('oauth2')
    .describe(`The provider, which supplies defaults: ${presetNames.map((name) => `\`${name}\``).join(', ')}.`),
  baseUrl: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:\/[^?#\s{}]*[^/?#\s{}])?$/, 'must be a URL without a slash at its end')
    .optional()
    .describe('Where your own installation is, such as `https://github.example.com`. Only for the preset `github`.'),
  issuer: z
    .string()
    .min(1)
    .optional()
    .describe('What the provider calls itself in its answers (`iss`, RFC 9207), if it does. Default: by preset.'),
  authorizationEndpoint: endpoint().describe('Where people sign in. Default: by preset.'),
  tokenEndpoint: endpoint().describe('Where codes are exchanged. Default: by preset.'),
  profileEndpoint: endpoint().describe('Whose answer, a JSON object, says who signed in. Default: by preset.'),
  clientAuthentication: z
    .enum(METHODS, `must be one of ${METHODS.join(', ')}`)
    .optional()
    .describe(`How the secret is sent: ${METHODS.map((method) => `\`${method}\``).join(', ')}. Default: by preset.`),
  scopes: clientFields.scopes.describe('The scopes to ask for. Default: by preset.'),
  subjectClaim: z
    .string()
    .min(1)
    .optional()
    .describe('The member of the profile that identifies a person for good. Default: by preset.'),
  pkce: z
    .boolean()
    .optional()
    .describe('`false` only for a provider that refuses PKCE; the connector is then marked. Default: by preset.'),
};
export type GivenOAuth2 = z.output<z.ZodObject<typeof oauth2Fields>>;

export function oauth2Problems(given: GivenOAuth2, origin: SettingsOrigin): readonly Problem[] {
  const preset = oauth2Preset(given.preset);
  const problems: Problem[] = [];
  if (given.baseUrl !== undefined && given.preset !== 'github') {
    problems.push(['baseUrl', 'has a use with the preset github only']);
  }
  if (preset.endpoints === undefined) {
    for (const name of ENDPOINTS) if (given[name] === undefined) problems.push([name, 'is needed']);
  }
  if (preset.subjectClaim === undefined && given.subjectClaim === undefined) {
    problems.push(['subjectClaim', 'is needed: the member of the profile that identifies a person for good']);
  }
  // Addresses are given to other people in time, and may be unverified (S31).
  if (given.subjectClaim === 'email')
    problems.push(['subjectClaim', 'must not be email: it can be given to another person']);
  const unless = oauth2SecretField(given) === undefined ? 'clientAuthentication none' : undefined;
  return [
    ...problems,
    ...secretProblems('clientSecret', given, { origin, unless }),
    ...textOrFileProblems('ca', given),
  ];
}

/** The field for the client secret, if the way of authentication needs one. */
export function oauth2SecretField(given: Partial<Record<'preset' | 'clientAuthentication', unknown>>) {
  const method = given.clientAuthentication ?? oauth2Preset(String(given.preset)).clientAuthentication;
  return method === 'none' ? undefined : 'clientSecret';
}
