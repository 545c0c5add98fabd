import { CIBA_GRANT } from './client-flows.ts';

type Metadata = Readonly<Record<string, unknown>>;
type Problem = readonly [field: string, message: string];

/** Financial-grade API: Client Initiated Backchannel Authentication Profile, Implementer's Draft 1. */
export const FAPI_CIBA = 'fapi-ciba';

/** FAPI 1.0 Part 2 §8.6. */
export const FAPI_CIBA_SIGNING = ['PS256', 'ES256'] as const;

/** Whether a client is held to the profile. */
export function isOnFapiCiba(client: Metadata | undefined): boolean {
  return client?.['profile'] === FAPI_CIBA;
}

/** What the profile requires of a client and it need not name. */
export function withFapiCiba(metadata: Metadata): Metadata {
  return { id_token_signed_response_alg: 'ES256', ...metadata, tls_client_certificate_bound_access_tokens: true };
}

const METHODS: ReadonlySet<unknown> = new Set(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']);
const GRANTS: ReadonlySet<unknown> = new Set([CIBA_GRANT, 'refresh_token']);
const CHOSEN = ['id_token_signed_response_alg', 'token_endpoint_auth_signing_alg', 'userinfo_signed_response_alg'];

/** What of a client's metadata the profile forbids (§5.2.2, with FAPI 1.0 Part 2 §5.2.2 and §8.6). */
export function fapiCibaProblems(metadata: Metadata): readonly Problem[] {
  const on = `with profile ${FAPI_CIBA}`;
  const isSigning = (value: unknown): boolean => (FAPI_CIBA_SIGNING as readonly unknown[]).includes(value);
  const problems: Problem[] = [];
  const { grant_types: grants } = metadata;
  if (!Array.isArray(grants) || !grants.includes(CIBA_GRANT) || grants.some((grant) => !GRANTS.has(grant))) {
    problems.push(['grant_types', `must be ${CIBA_GRANT}, with or without refresh_token, ${on}`]);
  }
  if (!METHODS.has(metadata['token_endpoint_auth_method'])) {
    problems.push(['token_endpoint_auth_method', `must be private_key_jwt, or use a client certificate, ${on}`]);
  }
  if (!isSigning(metadata['backchannel_authentication_request_signing_alg'])) {
    const words = FAPI_CIBA_SIGNING.join(' or ');
    problems.push(['backchannel_authentication_request_signing_alg', `must be ${words} ${on}`]);
  }
  for (const field of CHOSEN) {
    const value = metadata[field];
    if (value !== undefined && !isSigning(value))
      problems.push([field, `must be ${FAPI_CIBA_SIGNING.join(' or ')} ${on}`]);
  }
  if (metadata['tls_client_certificate_bound_access_tokens'] === false) {
    problems.push(['tls_client_certificate_bound_access_tokens', `must not be false ${on}`]);
  }
  return problems;
}
