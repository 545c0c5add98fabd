import { DEVICE_GRANT } from '../../../identity/applications/oidc/client-flows.ts';
import type { OidcApplicationSettings } from '../../../identity/documents/applications/oidc-application.ts';
import { BACKCHANNEL_METADATA, CIBA_GRANT } from './backchannel-members.ts';
import { CERTIFICATE_METADATA } from './certificate-members.ts';
import { givenClaims, shownClaims } from './claim-members.ts';
import { EXCHANGE_GRANT, givenExchange, shownExchange } from './exchange-members.ts';
import { type GivenJwts, jwtMemberOf, jwtMetadataOf, shownJwts } from './jwt-members.ts';
import { type GivenClient, named, WORDS } from './oidc-members.ts';

/** The members under their names in the client's metadata (OpenID Connect Dynamic Client Registration 1.0 §2). */
const METADATA: Readonly<Record<Exclude<keyof GivenClient, keyof GivenJwts>, string>> = {
  RedirectUris: 'redirect_uris',
  PostLogoutRedirectUris: 'post_logout_redirect_uris',
  GrantTypes: 'grant_types',
  ClientAuthentication: 'token_endpoint_auth_method',
  ...CERTIFICATE_METADATA,
  ApplicationType: 'application_type',
  Jwks: 'jwks',
  JwksUri: 'jwks_uri',
  Scopes: 'scope',
  SubjectType: 'subject_type',
  SectorIdentifierUri: 'sector_identifier_uri',
  IdTokenAlgorithm: 'id_token_signed_response_alg',
  Profile: 'profile',
  ResponseTypes: 'response_types',
  ResponseModes: 'response_modes',
  RequireSignedRequests: 'require_signed_request_object',
  AuthorizationDetailsTypes: 'authorization_details_types',
  DefaultAcrValues: 'default_acr_values',
  RequirePkce: 'require_pkce',
  RequirePushedRequests: 'require_pushed_authorization_requests',
  RequireDpop: 'dpop_bound_access_tokens',
  RequireCertificate: 'tls_client_certificate_bound_access_tokens',
  DefaultMaxAge: 'default_max_age',
  MaxSignInAge: 'max_sign_in_age',
  RefreshTokenIdleSeconds: 'refresh_token_idle_seconds',
  RefreshTokenMaxSeconds: 'refresh_token_max_seconds',
  ...BACKCHANNEL_METADATA,
  BackchannelLogoutUri: 'backchannel_logout_uri',
  FrontchannelLogoutUri: 'frontchannel_logout_uri',
  HomePageUri: 'client_uri',
  InitiateLoginUri: 'initiate_login_uri',
  PolicyUri: 'policy_uri',
  TermsUri: 'tos_uri',
  Resources: 'resources',
  TokenExchange: 'token_exchange',
  MayAct: 'may_act',
  Claims: 'claims',
};
const MEMBER_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(METADATA).map(([member, name]) => [name, member]),
);

/** Members whose values are upper case here, and lower case in the metadata. */
const FOLDED = new Set([
  'GrantTypes',
  'ClientAuthentication',
  'ApplicationType',
  'SubjectType',
  'BackchannelDeliveryMode',
]);

/** Grant types that have another name here than in the metadata. */
const GRANT_OF: ReadonlyMap<string, string> = new Map([
  ['DEVICE_CODE', DEVICE_GRANT],
  ['CIBA', CIBA_GRANT],
  ['TOKEN_EXCHANGE', EXCHANGE_GRANT],
]);
const SHOWN_GRANTS: ReadonlyMap<string, string> = new Map([...GRANT_OF].map(([shown, name]) => [name, shown]));

/** Lists of which an empty one removes the member. */
const LISTS = new Set(['ResponseTypes', 'ResponseModes', 'DefaultAcrValues']);
/** Limits that 0 removes. */
const LIMITS = new Set(['MaxSignInAge', 'RefreshTokenIdleSeconds', 'RefreshTokenMaxSeconds']);

/** The members that were given, as metadata. `undefined` removes one: an empty text does, an empty list of scopes, and a limit of 0. */
export function metadataOf(given: GivenClient): Readonly<Record<string, unknown>> {
  const members = Object.entries(given).filter(([member, value]) => value !== undefined && member in METADATA);
  return {
    ...jwtMetadataOf(given),
    ...Object.fromEntries(
      members.map(([member, value]) => [METADATA[member as keyof typeof METADATA], metadataValue(member, value)]),
    ),
  };
}

function metadataValue(member: string, value: unknown): unknown {
  if (value === '' || (value === 0 && LIMITS.has(member))) return undefined;
  if (member === 'BackchannelDeliveryMode' && value === 'NONE') return undefined;
  if (LISTS.has(member) && (value as unknown[]).length === 0) return undefined;
  if (member === 'Profile') return value === 'NONE' ? undefined : String(value).toLowerCase().replaceAll('_', '-');
  const words = WORDS[member];
  if (words !== undefined) return (value as string[]).map((each) => words.find((word) => named(word) === each));
  if (member === 'Jwks') return parsedJson(String(value));
  if (member === 'Scopes') return (value as string[]).length === 0 ? undefined : (value as string[]).join(' ');
  if (member === 'TokenExchange') return givenExchange(value as NonNullable<GivenClient['TokenExchange']>);
  if (member === 'Claims') return givenClaims(value as NonNullable<GivenClient['Claims']>);
  if (member === 'Resources') {
    return (value as NonNullable<GivenClient['Resources']>).map(({ Resource, Scopes }) => ({
      resource: Resource,
      scopes: [...Scopes],
    }));
  }
  if (!FOLDED.has(member)) return value;
  if (member === 'GrantTypes') return (value as string[]).map((each) => GRANT_OF.get(each) ?? each.toLowerCase());
  return Array.isArray(value) ? value.map((each) => String(each).toLowerCase()) : String(value).toLowerCase();
}

/** What is not JSON stays a text, which the checks refuse. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A problem with metadata, with the name that the member has here. */
export function shownProblem(path: readonly PropertyKey[], message: string): string {
  const [field, ...rest] = path;
  const steps = ['Oidc', MEMBER_OF.get(String(field)) ?? jwtMemberOf(String(field)) ?? field, ...rest.map(shownStep)];
  return `${steps.map(String).join('.')}: ${message}`;
}

/** Members of lists have the same names here, with capital letters and without underscores. */
function shownStep(step: PropertyKey): PropertyKey {
  if (typeof step !== 'string') return step;
  return step.replace(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** The metadata of a client, as the API shows them. */
export function shownMetadata({ metadata, resources, claims }: OidcApplicationSettings): GivenClient {
  const shown = Object.entries({ ...metadata, resources, ...(claims !== undefined && { claims }) }).flatMap(
    ([name, value]) => {
      const member = MEMBER_OF.get(name);
      return member === undefined ? [] : [[member, shownValue(member, value)]];
    },
  );
  return { ...shownJwts(metadata), ...Object.fromEntries(shown) } as GivenClient;
}

function shownValue(member: string, value: unknown): unknown {
  if (member === 'Profile') return named(String(value).replaceAll('-', '_'));
  if (WORDS[member] !== undefined) return (value as string[]).map(named);
  if (member === 'Jwks') return JSON.stringify(value);
  if (member === 'Scopes') return String(value).split(' ').filter(Boolean);
  if (member === 'TokenExchange') return shownExchange(value as Parameters<typeof shownExchange>[0]);
  if (member === 'Claims') return shownClaims(value as NonNullable<OidcApplicationSettings['claims']>);
  if (member === 'Resources') {
    return (value as OidcApplicationSettings['resources']).map(({ resource, scopes }) => ({
      Resource: resource,
      Scopes: scopes,
    }));
  }
  if (!FOLDED.has(member)) return value;
  if (member === 'GrantTypes') return (value as string[]).map((each) => SHOWN_GRANTS.get(each) ?? each.toUpperCase());
  return Array.isArray(value) ? value.map((each) => String(each).toUpperCase()) : String(value).toUpperCase();
}
