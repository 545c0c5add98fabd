import { FAPI_SIGNING } from './client-algorithms.ts';
import { FAPI_CIBA, fapiCibaProblems, withFapiCiba } from './fapi-ciba-profile.ts';

/**
 * FAPI 2.0 Security Profile, and that with signed requests (Message Signing §5.3). Whether responses are signed too (§5.4) is the client's
 * choice, by `response_modes`. The last one is for clients that ask people by the back channel (`fapi-ciba-profile.ts`).
 */
export const FAPI_PROFILES = ['fapi2', 'fapi2-message-signing', FAPI_CIBA] as const;

type Metadata = Readonly<Record<string, unknown>>;
type Problem = readonly [field: string, message: string, index?: number];

/** Algorithms of a client on the profile that names none, because the default of everyone else, RS256, is not allowed (§5.4.1). */
const ALGORITHMS = {
  id_token_signed_response_alg: 'ES256',
  authorization_signed_response_alg: 'ES256',
  introspection_signed_response_alg: 'ES256',
} as const;
const CHOSEN = [
  ...Object.keys(ALGORITHMS),
  'token_endpoint_auth_signing_alg',
  'request_object_signing_alg',
  'userinfo_signed_response_alg',
];
/** §5.3.2.1: clients authenticate with a key of their own. */
const METHODS: ReadonlySet<unknown> = new Set(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']);
const GRANTS: ReadonlySet<unknown> = new Set(['authorization_code', 'refresh_token', 'client_credentials']);
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?:[:/]|$)/;

/** The metadata of a client, with what its profile requires and the client need not name. */
export function withProfile(metadata: Metadata): Metadata {
  const { profile, tls_client_certificate_bound_access_tokens: isCertificateBound } = metadata;
  if (profile === undefined) return metadata;
  if (profile === FAPI_CIBA) return withFapiCiba(metadata);
  return {
    ...ALGORITHMS,
    ...metadata,
    require_pushed_authorization_requests: true,
    ...(isCertificateBound !== true && { dpop_bound_access_tokens: true }),
    ...(profile === 'fapi2-message-signing' && { require_signed_request_object: true }),
  };
}

/** What of a client's metadata its profile forbids (FAPI 2.0 Security Profile §5.3.2, §5.4). */
export function profileProblems(metadata: Metadata): readonly Problem[] {
  const { profile } = metadata;
  if (profile === undefined) return [];
  if (profile === FAPI_CIBA) return fapiCibaProblems(metadata);
  const on = `with profile ${String(profile)}`;
  const problems: Problem[] = [];
  if (!METHODS.has(metadata['token_endpoint_auth_method'])) {
    problems.push(['token_endpoint_auth_method', `must be one of ${[...METHODS].join(', ')} ${on}`]);
  }
  for (const field of CHOSEN) {
    const value = metadata[field];
    if (value !== undefined && !(FAPI_SIGNING as readonly unknown[]).includes(value)) {
      problems.push([field, `must be one of ${FAPI_SIGNING.join(', ')} ${on}`]);
    }
  }
  for (const field of ['require_pkce', 'require_pushed_authorization_requests']) {
    if (metadata[field] === false) problems.push([field, `must not be false ${on}`]);
  }
  if (metadata['dpop_bound_access_tokens'] === false && !isBoundToCertificate(metadata)) {
    problems.push(['dpop_bound_access_tokens', `must not be false ${on}, which binds tokens to a key`]);
  }
  if (profile === 'fapi2-message-signing' && metadata['require_signed_request_object'] === false) {
    problems.push(['require_signed_request_object', `must not be false ${on}`]);
  }
  if (metadata['refresh_token_idle_seconds'] !== undefined) {
    const why = 'refresh tokens are not replaced when they are used (§5.3.2.1)';
    problems.push(['refresh_token_idle_seconds', `cannot be combined ${on}: ${why}; use refresh_token_max_seconds`]);
  }
  return [...problems, ...flowProblems(metadata, on)];
}

function isBoundToCertificate(metadata: Metadata): boolean {
  return metadata['tls_client_certificate_bound_access_tokens'] === true;
}

function flowProblems(metadata: Metadata, on: string): readonly Problem[] {
  const problems: Problem[] = [];
  const listOf = (field: string): readonly unknown[] => {
    const value = metadata[field];
    return Array.isArray(value) ? value : [];
  };
  if (listOf('response_types').some((type) => type !== 'code')) {
    problems.push(['response_types', `must be ["code"] or left out ${on}`]);
  }
  if (listOf('grant_types').some((grant) => !GRANTS.has(grant))) {
    problems.push(['grant_types', `must be among ${[...GRANTS].join(', ')} ${on}`]);
  }
  for (const [index, uri] of listOf('redirect_uris').entries()) {
    const isLoopback = metadata['application_type'] === 'native' && LOOPBACK.test(String(uri));
    if (/^http:/i.test(String(uri)) && !isLoopback) {
      problems.push(['redirect_uris', `must be https ${on}, or a loopback address of a native app`, index]);
    }
  }
  if (/^http:/i.test(String(metadata['jwks_uri']))) problems.push(['jwks_uri', `must be an https address ${on}`]);
  return problems;
}
