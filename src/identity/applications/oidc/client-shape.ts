import * as z from 'zod';
import { iconShape } from '../../rules/icon.ts';
import { postAddress } from '../../rules/post-address.ts';
import { BUILT_IN_CLIENTS } from './built-in-clients.ts';
import { claimListShape } from './claim-settings.ts';
import { CONTENT_ENCRYPTION, KEY_ENCRYPTION, SIGNING } from './client-algorithms.ts';
import {
  CIBA_GRANT,
  DELIVERY_MODES,
  DEVICE_GRANT,
  ordered,
  RESPONSE_MODES,
  RESPONSE_TYPES,
  TOKEN_RESPONSE_TYPES,
} from './client-flows.ts';
import { resourceAddress, webAddress } from './client-uris.ts';
import { EXCHANGE_GRANT, exchangeClientId, tokenExchangeShape } from './exchange-settings.ts';
import { FAPI_PROFILES } from './fapi-profile.ts';

/** RFC 6749 Appendix A.1, A.2. */
const VISIBLE = /^[\x20-\x7e]+$/;
const VISIBLE_WORDS = 'must have visible ASCII characters only';
const SHORTEST_SECRET = 16;

const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const;
const GRANTS = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  DEVICE_GRANT,
  CIBA_GRANT,
  EXCHANGE_GRANT,
] as const;
const ALL_RESPONSE_TYPES: readonly string[] = [...RESPONSE_TYPES, ...TOKEN_RESPONSE_TYPES];

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

/** The settings of a client, each by itself. */
const subject = () =>
  z.string('must be a text').min(1, 'must not be empty').max(1024, 'must have 1024 characters at most').optional();

export const clientShape = z.strictObject({
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
  response_types: z
    .array(
      z
        .string('must be a text')
        .transform(ordered)
        .refine((type) => ALL_RESPONSE_TYPES.includes(type), `must be one of ${ALL_RESPONSE_TYPES.join(', ')}`),
      'must be a list',
    )
    .optional(),
  /** How authorization responses may be sent. Default: in every way. */
  response_modes: z.array(oneOf(RESPONSE_MODES), 'must be a list').min(1, 'must not be empty').optional(),
  token_endpoint_auth_method: oneOf(METHODS).optional(),
  tls_client_auth_subject_dn: subject(),
  tls_client_auth_san_dns: subject(),
  tls_client_auth_san_uri: subject(),
  tls_client_auth_san_ip: subject(),
  tls_client_auth_san_email: subject(),
  token_endpoint_auth_signing_alg: z.string('must be a text').optional(),
  jwks: z
    .looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }, 'must be a key set: {"keys": […]}')
    .optional(),
  jwks_uri: webAddress().optional(),
  scope: z.string('must be a text, with a space between the scopes').optional(),
  subject_type: oneOf(['public', 'pairwise']).optional(),
  sector_identifier_uri: webAddress().optional(),
  /** The FAPI 2.0 profile that all requests and settings of the client are held to. */
  profile: oneOf(FAPI_PROFILES).optional(),
  id_token_signed_response_alg: oneOf(SIGNING).optional(),
  id_token_encrypted_response_alg: oneOf(KEY_ENCRYPTION).optional(),
  id_token_encrypted_response_enc: oneOf(CONTENT_ENCRYPTION).optional(),
  userinfo_signed_response_alg: oneOf(SIGNING).optional(),
  userinfo_encrypted_response_alg: oneOf(KEY_ENCRYPTION).optional(),
  userinfo_encrypted_response_enc: oneOf(CONTENT_ENCRYPTION).optional(),
  authorization_signed_response_alg: oneOf(SIGNING).optional(),
  authorization_encrypted_response_alg: oneOf(KEY_ENCRYPTION).optional(),
  authorization_encrypted_response_enc: oneOf(CONTENT_ENCRYPTION).optional(),
  introspection_signed_response_alg: oneOf(SIGNING).optional(),
  introspection_encrypted_response_alg: oneOf(KEY_ENCRYPTION).optional(),
  introspection_encrypted_response_enc: oneOf(CONTENT_ENCRYPTION).optional(),
  request_object_signing_alg: oneOf(SIGNING).optional(),
  request_object_encryption_alg: oneOf(KEY_ENCRYPTION).optional(),
  request_object_encryption_enc: oneOf(CONTENT_ENCRYPTION).optional(),
  require_signed_request_object: z.boolean('must be true or false').optional(),
  /** Default: true. */
  require_pkce: z.boolean('must be true or false').optional(),
  require_pushed_authorization_requests: z.boolean('must be true or false').optional(),
  dpop_bound_access_tokens: z.boolean('must be true or false').optional(),
  tls_client_certificate_bound_access_tokens: z.boolean('must be true or false').optional(),
  authorization_details_types: z.array(z.string('must be a text').min(1).max(128), 'must be a list').max(20).optional(),
  default_acr_values: z.array(z.string('must be a text'), 'must be a list').optional(),
  default_max_age: z.int('must be a whole number of seconds').positive('must be more than 0').optional(),
  max_sign_in_age: limitOf(60, LONGEST_SIGN_IN_AGE).optional(),
  refresh_token_idle_seconds: limitOf(60, LONGEST_REFRESH).optional(),
  refresh_token_max_seconds: limitOf(60, LONGEST_REFRESH).optional(),
  require_auth_time: z.boolean('must be true or false').optional(),
  backchannel_logout_uri: webAddress().optional(),
  backchannel_logout_session_required: z.boolean('must be true or false').optional(),
  frontchannel_logout_uri: webAddress().optional(),
  frontchannel_logout_session_required: z.boolean('must be true or false').optional(),
  /** How the client learns that a person answered its request (OpenID Connect CIBA Core 1.0 §4). */
  backchannel_token_delivery_mode: oneOf(DELIVERY_MODES).optional(),
  backchannel_client_notification_endpoint: webAddress()
    .refine((text) => text.startsWith('https:'), 'must be an https address')
    .optional(),
  /** The algorithm of its authentication requests, which must then be signed. */
  backchannel_authentication_request_signing_alg: oneOf(SIGNING).optional(),
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
  /** Whose tokens it may exchange, and for whom (RFC 8693). */
  token_exchange: tokenExchangeShape.optional(),
  /** The client that alone may act for people by their tokens for this one. */
  may_act: exchangeClientId().optional(),
  /** Claims of its own, beside those of the scopes. */
  claims: claimListShape.optional(),
  icon: iconShape.optional(),
  start_url: postAddress().optional(),
});
export type ClientFields = z.output<typeof clientShape>;
