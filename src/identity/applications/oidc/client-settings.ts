import * as z from 'zod';
import { iconShape } from '../../rules/icon.ts';
import { postAddress } from '../../rules/post-address.ts';
import { BUILT_IN_CLIENTS } from './built-in-clients.ts';
import { claimListShape } from './claim-settings.ts';
import { type ApplicationType, resourceAddress, returnUriProblem, webAddress } from './client-uris.ts';

/** RFC 6749 Appendix A.1, A.2. */
const VISIBLE = /^[\x20-\x7e]+$/;
const VISIBLE_WORDS = 'must have visible ASCII characters only';
const SHORTEST_SECRET = 16;

const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;
/** The grant type by which a device without a browser gets tokens (RFC 8628 §3.4). */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', DEVICE_GRANT] as const;
const SIGNING = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

/** The longest lifetime of refresh tokens, in seconds from the sign-in, however often they are rotated. Applications may shorten it. */
export const LONGEST_REFRESH = 14 * 24 * 3600;
/** As long as any session can last, in seconds. */
export const LONGEST_SIGN_IN_AGE = 30 * 24 * 3600;

const limitOf = (least: number, most: number) =>
  z
    .int('must be a whole number of seconds')
    .min(least, `must be at least ${least} seconds`)
    .max(most, `must be at most ${most} seconds`);

const clientShape = z.strictObject({
  client_id: z
    .string('is needed, and must be a text')
    .min(1, 'must not be empty')
    .max(255, 'must have 255 characters at most')
    .regex(VISIBLE, VISIBLE_WORDS)
    .refine((id) => !BUILT_IN_CLIENTS.has(id), 'is the name of a client of the server itself: choose another'),
  client_secret: z
    .string('must be a text')
    .min(SHORTEST_SECRET, `must have at least ${SHORTEST_SECRET} characters`)
    .regex(VISIBLE, VISIBLE_WORDS)
    .optional(),
  client_name: z.string('must be a text').min(1, 'must not be empty').optional(),
  application_type: oneOf(['web', 'native']).optional(),
  redirect_uris: z.array(z.string('must be a text'), 'must be a list').default([]),
  post_logout_redirect_uris: z.array(z.string('must be a text'), 'must be a list').optional(),
  grant_types: z.array(oneOf(GRANTS), 'must be a list').optional(),
  response_types: z.array(z.literal('code', 'must be code: other flows are not offered'), 'must be a list').optional(),
  token_endpoint_auth_method: oneOf(METHODS).optional(),
  token_endpoint_auth_signing_alg: z.string('must be a text').optional(),
  jwks: z
    .looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }, 'must be a key set: {"keys": […]}')
    .optional(),
  jwks_uri: webAddress().optional(),
  scope: z.string('must be a text, with a space between the scopes').optional(),
  subject_type: oneOf(['public', 'pairwise']).optional(),
  sector_identifier_uri: webAddress().optional(),
  id_token_signed_response_alg: oneOf(SIGNING).optional(),
  /** Default: true. */
  require_pkce: z.boolean('must be true or false').optional(),
  require_pushed_authorization_requests: z.boolean('must be true or false').optional(),
  dpop_bound_access_tokens: z.boolean('must be true or false').optional(),
  default_max_age: z.int('must be a whole number of seconds').positive('must be more than 0').optional(),
  max_sign_in_age: limitOf(60, LONGEST_SIGN_IN_AGE).optional(),
  refresh_token_idle_seconds: limitOf(60, LONGEST_REFRESH).optional(),
  refresh_token_max_seconds: limitOf(60, LONGEST_REFRESH).optional(),
  require_auth_time: z.boolean('must be true or false').optional(),
  backchannel_logout_uri: webAddress().optional(),
  backchannel_logout_session_required: z.boolean('must be true or false').optional(),
  client_uri: webAddress().optional(),
  initiate_login_uri: webAddress()
    .refine((text) => text.startsWith('https:'), 'must be an https address')
    .optional(),
  logo_uri: webAddress().optional(),
  policy_uri: webAddress().optional(),
  tos_uri: webAddress().optional(),
  contacts: z.array(z.email('must be an e-mail address'), 'must be a list').optional(),
  /** Default: the first account. */
  account_id: z
    .string('must be a text')
    .regex(/^\d{12}$/, 'must have 12 digits')
    .optional(),
  /** Whose users may sign in: those of the client's own account (default), of every account, or only those assigned by the API. */
  open_to: oneOf(['account', 'everyone', 'assigned']).optional(),
  /** The services for which it may request access tokens, with the allowed scopes. */
  resources: z
    .array(
      z.strictObject({ resource: resourceAddress(), scopes: z.array(z.string('must be a text'), 'must be a list') }),
    )
    .optional(),
  /** Claims of its own, beside those of the scopes. */
  claims: claimListShape.optional(),
  icon: iconShape.optional(),
  start_url: postAddress().optional(),
});
type ClientFields = z.output<typeof clientShape>;

type Problem = readonly [field: keyof ClientFields, message: string, index?: number];

function uriProblems(client: ClientFields): Problem[] {
  const type: ApplicationType = client.application_type ?? 'web';
  return (['redirect_uris', 'post_logout_redirect_uris'] as const).flatMap((field) =>
    (client[field] ?? []).flatMap((uri, index): Problem[] => {
      const problem = returnUriProblem(uri, type);
      return problem === undefined ? [] : [[field, problem, index]];
    }),
  );
}

function flowProblems({ grant_types, response_types, redirect_uris }: ClientFields): Problem[] {
  const grants = grant_types ?? ['authorization_code'];
  const signsIn = grants.includes('authorization_code');
  const problems: Problem[] = [];
  if (grants.length === 0) problems.push(['grant_types', 'must name a grant: the client could do nothing']);
  if (signsIn && redirect_uris.length === 0) {
    problems.push([
      'redirect_uris',
      'must hold an address, as the client signs people in (grant_types authorization_code)',
    ]);
  }
  if (signsIn && response_types?.length === 0) {
    problems.push(['response_types', 'must be ["code"] or left out, as grant_types has authorization_code']);
  }
  if (!signsIn && (response_types?.length ?? 0) > 0) {
    problems.push(['response_types', 'must be [] or left out, as grant_types has no authorization_code']);
  }
  if (!signsIn && !grants.includes(DEVICE_GRANT) && grants.includes('refresh_token')) {
    problems.push(['grant_types', `refresh_token needs authorization_code or ${DEVICE_GRANT} beside it`]);
  }
  return problems;
}

function proofProblems(client: ClientFields): Problem[] {
  const { token_endpoint_auth_method: method = 'client_secret_basic', jwks, jwks_uri } = client;
  const problems: Problem[] = [];
  if (method.startsWith('client_secret') && client.client_secret === undefined) {
    problems.push(['client_secret', 'is needed unless token_endpoint_auth_method is private_key_jwt or none']);
  }
  if (method === 'private_key_jwt' && jwks === undefined && jwks_uri === undefined) {
    problems.push(['jwks', 'or jwks_uri is needed with private_key_jwt']);
  }
  if (jwks !== undefined && jwks_uri !== undefined) problems.push(['jwks', 'cannot be combined with jwks_uri']);
  if (jwks?.keys.some((key) => 'd' in key || 'k' in key) === true) {
    problems.push(['jwks', 'must hold public keys only: take the private parts out, and replace those keys']);
  }
  if (method === 'none' && client.grant_types?.includes('client_credentials') === true) {
    problems.push([
      'grant_types',
      'client_credentials needs a client that authenticates, not token_endpoint_auth_method none',
    ]);
  }
  return problems;
}

/** Public clients must use PKCE (RFC 9700 §2.1.1), and so must clients on the FAPI 2.0 profile (§5.3.2.2). */
function pkceProblems(client: ClientFields): Problem[] {
  if (client.require_pkce !== false) return [];
  if (client.token_endpoint_auth_method === 'none') {
    const why = 'nothing else keeps a stolen code from being redeemed';
    return [['require_pkce', `must not be false with token_endpoint_auth_method none: ${why}`]];
  }
  if (client.require_pushed_authorization_requests === true && client.dpop_bound_access_tokens === true) {
    const profile = 'require_pushed_authorization_requests and dpop_bound_access_tokens';
    return [['require_pkce', `must not be false with ${profile}: FAPI 2.0 requires PKCE`]];
  }
  return [];
}

/** A client in the configuration file, named as in OpenID Connect Dynamic Client Registration 1.0 §2. */
export const clientSettingsShape = clientShape.superRefine((client, context) => {
  const problems = [uriProblems, flowProblems, proofProblems, pkceProblems].flatMap((find) => find(client));
  for (const [field, message, index] of problems) {
    context.addIssue({ code: 'custom', message, path: index === undefined ? [field] : [field, index] });
  }
});
export type ClientSettings = z.output<typeof clientSettingsShape>;

/** The clients of the configuration file. Each client id may occur once. */
export const clientListShape = z.array(clientSettingsShape, 'must be a list').superRefine((clients, context) => {
  const seen = new Set<string>();
  for (const [index, { client_id }] of clients.entries()) {
    if (seen.has(client_id)) {
      context.addIssue({ code: 'custom', message: 'is listed twice', path: [index, 'client_id'] });
    }
    seen.add(client_id);
  }
});
