import {
  RESPONSE_MODES,
  RESPONSE_TYPES,
  TOKEN_RESPONSE_TYPES,
} from '../../../identity/applications/oidc/client-flows.ts';
import { LONGEST_REFRESH, LONGEST_SIGN_IN_AGE } from '../../../identity/applications/oidc/client-shape.ts';
import { type Members, type StructureOf, shape } from '../../shapes/shape.ts';
import { BACKCHANNEL_MEMBERS } from './backchannel-members.ts';
import { CERTIFICATE_MEMBERS } from './certificate-members.ts';
import { CLAIMS } from './claim-members.ts';
import { MAY_ACT, TOKEN_EXCHANGE } from './exchange-members.ts';
import { JWT_MEMBERS, SIGNING_ALGORITHM } from './jwt-members.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text } = shape;

const URL = text('ClientUrl', { length: [0, 2048], audited: true });
const URIS = list('ClientUriList', text('ClientUri', { length: [1, 2048], audited: true }), { length: [0, 100] });
const FLAG = boolean('ClientFlag');
const SCOPE = text('ClientScope', { length: [1, 256], pattern: String.raw`[\x21\x23-\x5B\x5D-\x7E]+`, audited: true });
const SCOPES = list('ClientScopeList', SCOPE, { length: [0, 100] });

/** The name that a word of the metadata has in the API. */
export const named = (value: string): string => value.toUpperCase().replace(/[ .]/g, '_');
const RESPONSE_TYPE_NAMES = [...RESPONSE_TYPES, ...TOKEN_RESPONSE_TYPES].map(named);
const RESPONSE_MODE_NAMES = RESPONSE_MODES.map(named);
/** The lists of words that have spaces or dots in the metadata. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
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
/** What the API is given of an OpenID Connect client. */
export type GivenClient = StructureOf<typeof CHANGEABLE>;

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
