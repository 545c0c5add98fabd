import { backchannelProblems } from './backchannel-problems.ts';
import { SHORTEST_SIGNING_SECRET } from './client-algorithms.ts';
import { CIBA_GRANT, DEVICE_GRANT, signsPeopleIn } from './client-flows.ts';
import type { ClientFields } from './client-shape.ts';
import { type ApplicationType, applicationTypeOf, hasPlainHost, returnUriProblem } from './client-uris.ts';
import { exchangeProblems } from './exchange-settings.ts';
import { profileProblems } from './fapi-profile.ts';

/** Which certificate is the client's (RFC 8705 §2.1.2). */
const SUBJECTS = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const;

/** A field, what is wrong with it, and where in its list. */
export type Problem = readonly [field: string, message: string, index?: number];

function uriProblems(client: ClientFields): Problem[] {
  const type: ApplicationType = applicationTypeOf(client);
  return (['redirect_uris', 'post_logout_redirect_uris'] as const).flatMap((field) =>
    (client[field] ?? []).flatMap((uri, index): Problem[] => {
      const problem = returnUriProblem(uri, type);
      return problem === undefined ? [] : [[field, problem, index]];
    }),
  );
}

/** The page that signs out must be the app's own (Front-Channel Logout 1.0 §2): the browser is told to load it in a frame. */
function frontChannelProblems({ frontchannel_logout_uri: uri, redirect_uris }: ClientFields): Problem[] {
  const isOwn = (own: string) => URL.canParse(own) && new URL(own).origin === new URL(uri ?? own).origin;
  if (uri === undefined) return [];
  if (!hasPlainHost(uri)) {
    return [['frontchannel_logout_uri', 'must have a host of letters, digits, dots, hyphens and underscores']];
  }
  if (redirect_uris.some(isOwn)) return [];
  return [['frontchannel_logout_uri', 'must have the scheme, host and port of one of redirect_uris']];
}

function flowProblems({ grant_types, response_types, redirect_uris }: ClientFields): Problem[] {
  const grants = grant_types ?? ['authorization_code'];
  const signsIn = signsPeopleIn({ grant_types });
  const problems: Problem[] = [];
  if (grants.length === 0) problems.push(['grant_types', 'must name a grant: the client could do nothing']);
  if (signsIn && redirect_uris.length === 0) {
    problems.push([
      'redirect_uris',
      'must hold an address, as the client signs people in (grant_types authorization_code)',
    ]);
  }
  if (signsIn && response_types?.length === 0) {
    problems.push([
      'response_types',
      'must name one or be left out, as grant_types has authorization_code or implicit',
    ]);
  }
  if (!signsIn && (response_types?.length ?? 0) > 0) {
    problems.push([
      'response_types',
      'must be [] or left out, as grant_types has neither authorization_code nor implicit',
    ]);
  }
  if (grants.includes('implicit') && response_types?.some((type) => type.includes('token')) !== true) {
    problems.push(['response_types', 'must have id_token or code id_token, as grant_types has implicit']);
  }
  const getsGrants = signsIn || grants.includes(DEVICE_GRANT) || grants.includes(CIBA_GRANT);
  if (!getsGrants && grants.includes('refresh_token')) {
    problems.push([
      'grant_types',
      `refresh_token needs authorization_code, ${DEVICE_GRANT} or ${CIBA_GRANT} beside it`,
    ]);
  }
  return problems;
}

function proofProblems(client: ClientFields): Problem[] {
  const { token_endpoint_auth_method: method = 'client_secret_basic', jwks, jwks_uri } = client;
  const problems: Problem[] = [];
  if (method.startsWith('client_secret') && client.client_secret === undefined) {
    problems.push(['client_secret', `is needed with token_endpoint_auth_method ${method}; public clients have none`]);
  }
  if (method === 'client_secret_jwt' && (client.client_secret?.length ?? Infinity) < SHORTEST_SIGNING_SECRET) {
    const least = `must have at least ${SHORTEST_SIGNING_SECRET} characters`;
    problems.push(['client_secret', `${least} with client_secret_jwt, as it is the key of signatures`]);
  }
  if (client.require_signed_request_object === true && jwks === undefined && jwks_uri === undefined) {
    problems.push(['jwks', 'or jwks_uri is needed with require_signed_request_object']);
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

function certificateProblems(client: ClientFields): Problem[] {
  const { token_endpoint_auth_method: method } = client;
  const given = SUBJECTS.filter((name) => client[name] !== undefined);
  const [first] = given;
  if (method !== 'tls_client_auth') {
    return first === undefined ? [] : [[first, 'is for token_endpoint_auth_method tls_client_auth only']];
  }
  if (first === undefined) {
    return [['tls_client_auth_san_dns', `or another of ${SUBJECTS.join(', ')} is needed with tls_client_auth`]];
  }
  return given.length === 1 ? [] : [[first, `cannot be combined with ${given.slice(1).join(', ')}: give one of them`]];
}

/** Public clients must use PKCE (RFC 9700 §2.1.1), and so must clients on the FAPI 2.0 profile (§5.3.2.2). */
function pkceProblems(client: ClientFields): Problem[] {
  if (client.require_pkce !== false) return [];
  if (client.token_endpoint_auth_method === 'none') {
    const why = 'nothing else keeps a stolen code from being redeemed';
    return [['require_pkce', `must not be false with token_endpoint_auth_method none: ${why}`]];
  }
  const binding = (['dpop_bound_access_tokens', 'tls_client_certificate_bound_access_tokens'] as const).find(
    (name) => client[name] === true,
  );
  if (client.require_pushed_authorization_requests === true && binding !== undefined) {
    const profile = `require_pushed_authorization_requests and ${binding}`;
    return [['require_pkce', `must not be false with ${profile}: FAPI 2.0 requires PKCE`]];
  }
  return [];
}

/** What is wrong with the settings of a client taken together. */
export function clientProblems(client: ClientFields): readonly Problem[] {
  const finders: readonly ((client: ClientFields) => readonly Problem[])[] = [
    uriProblems,
    frontChannelProblems,
    flowProblems,
    proofProblems,
    certificateProblems,
    pkceProblems,
    profileProblems,
    exchangeProblems,
    backchannelProblems,
  ];
  return finders.flatMap((find) => find(client));
}
