import {
  DEVICE_GRANT,
  RESPONSE_MODES,
  RESPONSE_TYPES,
  TOKEN_RESPONSE_TYPES,
} from '../../identity/applications/oidc/client-flows.ts';
import { LONGEST_REFRESH, LONGEST_SIGN_IN_AGE } from '../../identity/applications/oidc/client-shape.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import { type Members, type StructureOf, shape } from '../shapes/shape.ts';
import { BACKCHANNEL_MEMBERS, BACKCHANNEL_METADATA, CIBA_GRANT } from './backchannel/backchannel-members.ts';
import { CERTIFICATE_MEMBERS, CERTIFICATE_METADATA } from './certificate-members.ts';
import { CLAIMS, givenClaims, shownClaims } from './claim-members.ts';
import { EXCHANGE_GRANT, givenExchange, MAY_ACT, shownExchange, TOKEN_EXCHANGE } from './exchange/exchange-members.ts';
import {
  type GivenJwts,
  JWT_MEMBERS,
  jwtMemberOf,
  jwtMetadataOf,
  SIGNING_ALGORITHM,
  shownJwts,
} from './jwt-members.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text } = shape;

const URL = text('ClientUrl', { length: [0, 2048], audited: true });
const URIS = list('ClientUriList', text('ClientUri', { length: [1, 2048], audited: true }), { length: [0, 100] });
const FLAG = boolean('ClientFlag');
const SCOPE = text('ClientScope', { length: [1, 256], pattern: String.raw`[\x21\x23-\x5B\x5D-\x7E]+`, audited: true });
const SCOPES = list('ClientScopeList', SCOPE, { length: [0, 100] });

const named = (value: string): string => value.toUpperCase().replace(/[ .]/g, '_');
const RESPONSE_TYPE_NAMES = [...RESPONSE_TYPES, ...TOKEN_RESPONSE_TYPES].map(named);
const RESPONSE_MODE_NAMES = RESPONSE_MODES.map(named);
/** The lists of words that have spaces or dots in the metadata. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  ResponseTypes: [...RESPONSE_TYPES, ...TOKEN_RESPONSE_TYPES],
  ResponseModes: RESPONSE_MODES,
};

const CHANGEABLE = {
  RedirectUris: optional(
    URIS,
    'Where authorization codes may be sent; compared as exact strings. Needed with `AUTHORIZATION_CODE`.',
  ),
  PostLogoutRedirectUris: optional(URIS, 'Where the browser may go after signing out.'),
  GrantTypes: optional(
    list(
      'ClientGrantTypeList',
      enumeration(
        'ClientGrantType',
        ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE', 'CIBA', 'TOKEN_EXCHANGE'],
        {
          documentation: 'What a client may use at the token endpoint.',
        },
      ),
      { length: [1, 6] },
    ),
    'What it may use at the token endpoint; `DEVICE_CODE` is for devices without a browser (RFC 8628), `CIBA` for asking people who are elsewhere, `TOKEN_EXCHANGE` for services that act for people (RFC 8693). Default: `AUTHORIZATION_CODE`.',
  ),
  ClientAuthentication: optional(
    enumeration(
      'ApplicationAuthentication',
      [
        'CLIENT_SECRET_BASIC',
        'CLIENT_SECRET_POST',
        'CLIENT_SECRET_JWT',
        'PRIVATE_KEY_JWT',
        'TLS_CLIENT_AUTH',
        'SELF_SIGNED_TLS_CLIENT_AUTH',
        'NONE',
      ],
      { documentation: 'How a client authenticates.' },
    ),
    'How it authenticates; `NONE` is for apps that cannot keep a secret. Default: `CLIENT_SECRET_BASIC`, with a secret that is generated.',
  ),
  ...CERTIFICATE_MEMBERS,
  ApplicationType: optional(
    enumeration('ClientType', ['WEB', 'NATIVE'], { documentation: 'Where a client runs.' }),
    '`NATIVE` for apps on a device (RFC 8252): loopback redirects with any port. Default: `WEB`.',
  ),
  Jwks: optional(
    text('ClientJwks', { length: [0, 65_536] }),
    'Its public keys, as a JWK Set in JSON, for `PRIVATE_KEY_JWT`, and with certificates (`x5c`) for `SELF_SIGNED_TLS_CLIENT_AUTH`.',
  ),
  JwksUri: optional(URL, 'The URL of its public keys, instead of `Jwks`.'),
  Scopes: optional(SCOPES, 'The scopes it may request. Empty: all (the default).'),
  SubjectType: optional(
    enumeration('ClientSubjectType', ['PUBLIC', 'PAIRWISE'], { documentation: 'Whose identifiers a client gets.' }),
    '`PAIRWISE` gives each sector a different `sub`. Default: `PUBLIC`.',
  ),
  SectorIdentifierUri: optional(URL, 'The URL of the list of redirect URIs that share one pairwise `sub`.'),
  IdTokenAlgorithm: optional(
    SIGNING_ALGORITHM,
    'The algorithm of its ID tokens. Default: `RS256`; with a `Profile`, `ES256`.',
  ),
  ...JWT_MEMBERS,
  Profile: optional(
    enumeration('ClientProfile', ['FAPI2', 'FAPI2_MESSAGE_SIGNING', 'FAPI_CIBA', 'NONE'], {
      documentation: 'A security profile that a client is held to.',
    }),
    'Holds it to the FAPI 2.0 Security Profile, to that with signed requests (Message Signing), or to the FAPI-CIBA profile. Default: `NONE`.',
  ),
  ResponseTypes: optional(
    list(
      'ClientResponseTypeList',
      enumeration('ClientResponseType', RESPONSE_TYPE_NAMES, {
        documentation: 'What an authorization response contains.',
      }),
      { length: [0, 6] },
    ),
    'What its authorization responses may contain. Those with `TOKEN` need the setting `oidc.frontChannelTokens`. Default: `CODE`.',
  ),
  ResponseModes: optional(
    list(
      'ClientResponseModeList',
      enumeration('ClientResponseMode', RESPONSE_MODE_NAMES, {
        documentation: 'How an authorization response is sent.',
      }),
      { length: [0, 7] },
    ),
    'How its authorization responses may be sent. Empty: in every way (the default).',
  ),
  RequireSignedRequests: optional(
    FLAG,
    'Whether authorization requests must be signed request objects (RFC 9101). Default: no.',
  ),
  AuthorizationDetailsTypes: optional(
    list('ClientDetailTypeList', text('ClientDetailType', { length: [1, 128], audited: true }), { length: [0, 20] }),
    'The types of `authorization_details` that it may ask for (RFC 9396), of those in `oidc.authorizationDetailsTypes`. Empty: none (the default).',
  ),
  DefaultAcrValues: optional(
    list('ClientAcrList', text('ClientAcr', { length: [1, 256], audited: true }), { length: [0, 10] }),
    'The `acr_values` of requests that have none. Empty: none (the default).',
  ),
  RequirePkce: optional(FLAG, 'Whether authorization requests need PKCE. Default: yes.'),
  RequirePushedRequests: optional(FLAG, 'Whether authorization requests must be pushed (RFC 9126). Default: no.'),
  RequireDpop: optional(FLAG, 'Whether token requests must contain a DPoP proof (RFC 9449). Default: no.'),
  RequireCertificate: optional(
    FLAG,
    'Whether access tokens are bound to the client certificate that they were requested with (RFC 8705). Default: no.',
  ),
  DefaultMaxAge: optional(
    integer('ClientMaxAge', { range: [1, 2_147_483_647] }),
    'The maximum age of a sign-in, in seconds. Default: none.',
  ),
  MaxSignInAge: optional(
    integer('ClientMaxSignInAge', { range: [0, LONGEST_SIGN_IN_AGE] }),
    'The age of a sign-in, in seconds (60 or more), after which the app’s requests ask the person to sign in again, whatever `max_age` they have. 0: none (the default).',
  ),
  RefreshTokenIdleSeconds: optional(
    integer('ClientRefreshIdle', { range: [0, LONGEST_REFRESH] }),
    'How long a refresh token may stay unused, in seconds (60 or more). 0: until it expires (the default).',
  ),
  RefreshTokenMaxSeconds: optional(
    integer('ClientRefreshMax', { range: [0, LONGEST_REFRESH] }),
    'How long refresh tokens may be used after the sign-in, in seconds (60 or more). 0: 14 days (the default).',
  ),
  ...BACKCHANNEL_MEMBERS,
  BackchannelLogoutUri: optional(URL, 'The URL that is notified of sign-outs.'),
  FrontchannelLogoutUri: optional(
    URL,
    'The URL that the browser loads in a frame when the person signs out. It must have the origin of a redirect URI.',
  ),
  HomePageUri: optional(URL, 'Its home page.'),
  InitiateLoginUri: optional(URL, 'The https URL at which it starts sign-ins (OpenID Connect Core 1.0 §4).'),
  PolicyUri: optional(URL, 'Its privacy policy.'),
  TermsUri: optional(URL, 'Its terms of service.'),
  Resources: optional(
    list(
      'ClientResourceList',
      structure('ClientResource', {
        Resource: required(
          text('ClientResourceId', { length: [1, 2048], audited: true }),
          'The identifier of the service: the `aud` of its tokens.',
        ),
        Scopes: required(SCOPES, 'The scopes that it may request for this service.'),
      }),
      { length: [0, 50] },
    ),
    'The services that it may request access tokens for (RFC 8707).',
  ),
  TokenExchange: optional(
    TOKEN_EXCHANGE,
    'Whose tokens it may exchange, and for whom (RFC 8693). Without members: those of no other client.',
  ),
  MayAct: optional(
    MAY_ACT,
    'The id of the client that alone may act for people by their tokens for this one (RFC 8693 §4.4). Empty: any that may exchange them (the default).',
  ),
  Claims: optional(CLAIMS, 'Claims of its own, beside those of the scopes.'),
} satisfies Members;
type Given = StructureOf<typeof CHANGEABLE>;

/** The members under their names in the client's metadata (OpenID Connect Dynamic Client Registration 1.0 §2). */
const METADATA: Readonly<Record<Exclude<keyof Given, keyof GivenJwts>, string>> = {
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

export const OIDC_INPUT = structure('OidcApplicationSettings', CHANGEABLE, {
  documentation: 'The settings of an OpenID Connect client.',
});

export const OIDC_SHOWN = structure(
  'OidcApplication',
  {
    ClientId: required(
      text('ApplicationClientId', { length: [1, 255], audited: true }),
      'The client id that it sends.',
    ),
    ...CHANGEABLE,
    SecretCreatedAt: optional(
      shape.timestamp('SecretCreatedAt'),
      'When its secret was generated; absent if it has none.',
    ),
    FormerSecretExpiresAt: optional(
      shape.timestamp('FormerSecretExpiresAt'),
      'Until when the secret before it is accepted too; absent if it is not.',
    ),
  },
  { documentation: 'An OpenID Connect client.' },
);

/** Lists of which an empty one removes the member. */
const LISTS = new Set(['ResponseTypes', 'ResponseModes', 'DefaultAcrValues']);
/** Limits that 0 removes. */
const LIMITS = new Set(['MaxSignInAge', 'RefreshTokenIdleSeconds', 'RefreshTokenMaxSeconds']);

/** The members that were given, as metadata. `undefined` removes one: an empty text does, an empty list of scopes, and a limit of 0. */
export function metadataOf(given: Given): Readonly<Record<string, unknown>> {
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
  if (member === 'TokenExchange') return givenExchange(value as NonNullable<Given['TokenExchange']>);
  if (member === 'Claims') return givenClaims(value as NonNullable<Given['Claims']>);
  if (member === 'Resources') {
    return (value as NonNullable<Given['Resources']>).map(({ Resource, Scopes }) => ({
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
export function shownMetadata({ metadata, resources, claims }: OidcApplicationSettings): Given {
  const shown = Object.entries({ ...metadata, resources, ...(claims !== undefined && { claims }) }).flatMap(
    ([name, value]) => {
      const member = MEMBER_OF.get(name);
      return member === undefined ? [] : [[member, shownValue(member, value)]];
    },
  );
  return { ...shownJwts(metadata), ...Object.fromEntries(shown) } as Given;
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
