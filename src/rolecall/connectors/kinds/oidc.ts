import { callbackPath, signedOutPath } from '../../../federation/connectors/callback-path.ts';
import { OIDC_PRESETS, type PresetName } from '../../../federation/connectors/oidc/presets.ts';
import type { OidcSettings } from '../../../identity/documents/connectors/oidc-settings.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';
import type { ShownWith } from './connector-kind-shapes.ts';
import { present, withoutFinalNewline } from './present.ts';
import {
  CA,
  CLAIM,
  CLIENT_ID,
  CLIENT_SECRET,
  DOMAINS,
  OIDC_FACTORS,
  RECHECK_AFTER,
  REDIRECT_URI,
  SCOPES,
} from './setting-shapes.ts';
import { givenFactors, shownFactors } from './trusted-factors.ts';

const { boolean, enumeration, optional, required, structure, text } = shape;

const PRESETS = Object.keys(OIDC_PRESETS).map((name) => name.toUpperCase() as Uppercase<PresetName>);
const PRESET = enumeration('OidcPreset', PRESETS, { documentation: 'The provider, which supplies defaults.' });
const AUTHENTICATION_NAMES = [
  'CLIENT_SECRET_BASIC',
  'CLIENT_SECRET_POST',
  'PRIVATE_KEY_JWT',
  'SIGNED_CLIENT_SECRET',
  'NONE',
] as const;
const CLIENT_AUTHENTICATION = enumeration('ClientAuthentication', AUTHENTICATION_NAMES, {
  documentation: 'How the client authenticates to the provider.',
});
const USERINFO = boolean('ReadsUserinfo');
const PRIVATE_KEY = text('ClientPrivateKey', { length: [1, 16_384], sensitive: true });
const KEY_ID = text('ClientKeyId', { length: [0, 255], audited: true });
const TEAM_ID = text('TeamId', { length: [0, 255], audited: true });
const AUDIENCE = enumeration('AssertionAudience', ['ISSUER', 'TOKEN_ENDPOINT']);
const ENDPOINT = text('OidcEndpoint', { length: [0, 2048], audited: true });
const JWKS_URI = text('OidcJwksUri', { length: [0, 2048], audited: true });
const JWKS = text('OidcJwks', { length: [0, 65_536] });
const RESPONSE_MODE = enumeration('ResponseMode', ['QUERY', 'FORM_POST']);
const PKCE = boolean('OidcPkce');
const NONCE = boolean('OidcNonce');
const ISSUER = text('ConnectorIssuer', { length: [1, 2048], audited: true });

const CHANGEABLE = {
  Issuer: optional(ISSUER, "The provider's issuer, exactly as it names itself. Some presets have one."),
  ClientSecret: optional(
    CLIENT_SECRET,
    'The client secret that the provider gave. It is sealed, and never returned. A newline at its end, as files have it, is dropped.',
  ),
  ClientAuthentication: optional(CLIENT_AUTHENTICATION, 'How the client authenticates.'),
  PrivateKey: optional(
    PRIVATE_KEY,
    'The private key for `PRIVATE_KEY_JWT` and `SIGNED_CLIENT_SECRET`, as PEM or JWK. It is sealed, and never returned.',
  ),
  Scopes: optional(SCOPES, 'The scopes to ask for; `openid` is always one of them.'),
  SubjectClaim: optional(CLAIM, 'The claim that identifies a person for good.'),
  Userinfo: optional(USERINFO, 'Whether to read the userinfo endpoint too.'),
  HostedDomains: optional(
    DOMAINS,
    'Google Workspace domains whose people may sign in. The preset `GOOGLE` requires it. An empty list removes the test.',
  ),
};
/** Settings that are shown as they are given. */
const FURTHER = {
  KeyId: optional(KEY_ID, 'The id of the private key at the provider (`kid`). An empty text removes it.'),
  TeamId: optional(TEAM_ID, "Apple's team id, for `SIGNED_CLIENT_SECRET`. An empty text removes it."),
  AssertionAudience: optional(AUDIENCE, 'The audience of `PRIVATE_KEY_JWT`. Absent: `ISSUER`.'),
  AuthorizationEndpoint: optional(
    ENDPOINT,
    'Where people sign in, for a provider without discovery. An empty text removes it.',
  ),
  TokenEndpoint: optional(
    ENDPOINT,
    'Where codes are exchanged, for a provider without discovery. An empty text removes it.',
  ),
  UserinfoEndpoint: optional(
    ENDPOINT,
    'Where more claims are, for a provider without discovery. An empty text removes it.',
  ),
  JwksUri: optional(
    JWKS_URI,
    "Where the provider's keys are fetched from, instead of discovery. An empty text removes it.",
  ),
  Jwks: optional(JWKS, "The provider's keys, as the text of a JWK Set. An empty text removes them."),
  Ca: optional(CA, 'PEM certificates of the only certificate authorities to trust. An empty text removes them.'),
  SignOutAtProvider: optional(
    boolean('SignOutAtProvider'),
    'Whether people who sign out here are signed out at the provider too. Absent: `false`.',
  ),
  EndSessionEndpoint: optional(
    ENDPOINT,
    'Where people sign out at the provider, instead of discovery. An empty text removes it.',
  ),
  ResponseMode: optional(RESPONSE_MODE, 'How the answer comes back. Absent: `QUERY`.'),
  Pkce: optional(PKCE, '`false` only for a provider that refuses PKCE. Absent: `true`.'),
  Nonce: optional(NONCE, '`false` only for a provider that returns no nonce. Absent: `true`.'),
  TrustedFactors: OIDC_FACTORS,
  RecheckAfter: RECHECK_AFTER,
};
const CREATED = {
  ClientId: required(CLIENT_ID, 'The client id that the provider gave.'),
  Preset: optional(PRESET, 'The provider, which supplies defaults. Default: `OIDC`.'),
  ...CHANGEABLE,
  ...FURTHER,
};
const CHANGED = { ClientId: optional(CLIENT_ID, 'The client id that the provider gave.'), ...CHANGEABLE, ...FURTHER };
type Input = Partial<StructureOf<typeof CREATED>>;

const SHOWN = structure(
  'OidcSettings',
  {
    Preset: required(PRESET, 'The provider that supplied the defaults.'),
    Issuer: required(ISSUER, 'The issuer of the provider.'),
    ClientId: required(CLIENT_ID, 'The client that the provider knows.'),
    ClientAuthentication: required(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
    Scopes: required(SCOPES, 'The scopes that are asked for.'),
    SubjectClaim: required(CLAIM, 'The claim that identifies a person for good.'),
    Userinfo: required(USERINFO, 'Whether the userinfo endpoint is read too.'),
    HostedDomains: optional(DOMAINS, 'Google Workspace domains whose people may sign in; absent if it is not tested.'),
    ...FURTHER,
    RedirectUri: required(REDIRECT_URI, 'The redirect URI to register at the provider.'),
    SignedOutUri: required(REDIRECT_URI, 'The post-logout redirect URI to register there, for `SignOutAtProvider`.'),
  },
  { documentation: 'The settings of a connector to an OpenID Connect provider.' },
);

/** Connectors to OpenID Connect providers. */
export const OIDC = {
  kind: 'oidc',
  created: structure('NewOidcSettings', CREATED, {
    documentation: 'The settings of a new connector to an OpenID Connect provider.',
  }),
  changed: structure('ChangedOidcSettings', CHANGED, {
    documentation: 'Changed settings of a connector to an OpenID Connect provider. What is left out stays as it is.',
  }),
  shown: SHOWN,
  harmless: new Set(['ClientSecret', 'PrivateKey', 'ClientAuthentication', 'Scopes', 'Userinfo', 'RecheckAfter']),
  removable: [
    'hostedDomains',
    'ca',
    'jwks',
    'jwksUri',
    'keyId',
    'teamId',
    'authorizationEndpoint',
    'tokenEndpoint',
    'userinfoEndpoint',
    'trustedFactors',
    'recheckAfter',
    'endSessionEndpoint',
  ],

  given: (input: Input) =>
    present({
      preset: input.Preset?.toLowerCase(),
      issuer: input.Issuer,
      clientId: input.ClientId,
      clientSecret: withoutFinalNewline(input.ClientSecret),
      clientAuthentication: input.ClientAuthentication?.toLowerCase(),
      scopes: input.Scopes,
      subjectClaim: input.SubjectClaim,
      userinfo: input.Userinfo,
      hostedDomains: input.HostedDomains,
      privateKey: input.PrivateKey,
      keyId: input.KeyId,
      teamId: input.TeamId,
      assertionAudience: input.AssertionAudience?.toLowerCase(),
      authorizationEndpoint: input.AuthorizationEndpoint,
      tokenEndpoint: input.TokenEndpoint,
      userinfoEndpoint: input.UserinfoEndpoint,
      jwksUri: input.JwksUri,
      jwks: input.Jwks,
      ca: input.Ca,
      signOutAtProvider: input.SignOutAtProvider,
      endSessionEndpoint: input.EndSessionEndpoint,
      responseMode: input.ResponseMode?.toLowerCase(),
      pkce: input.Pkce,
      nonce: input.Nonce,
      recheckAfter: input.RecheckAfter,
      trustedFactors: givenFactors(input.TrustedFactors),
    }),

  show: (settings: OidcSettings, { connector: { name }, publicUrl }: ShownWith) => ({
    Preset: (settings.preset ?? 'oidc').toUpperCase() as Uppercase<PresetName>,
    Issuer: settings.issuer,
    ClientId: settings.clientId,
    ClientAuthentication: settings.clientAuthentication.toUpperCase() as (typeof AUTHENTICATION_NAMES)[number],
    Scopes: settings.scopes,
    SubjectClaim: settings.subjectClaim,
    Userinfo: settings.userinfo,
    HostedDomains: settings.hostedDomains,
    KeyId: settings.keyId,
    TeamId: settings.teamId,
    AssertionAudience: settings.assertionAudience?.toUpperCase() as 'ISSUER' | 'TOKEN_ENDPOINT' | undefined,
    AuthorizationEndpoint: settings.endpoints?.authorization,
    TokenEndpoint: settings.endpoints?.token,
    UserinfoEndpoint: settings.endpoints?.userinfo,
    JwksUri: settings.jwksUri,
    Jwks: settings.jwks,
    Ca: settings.ca,
    SignOutAtProvider: settings.signOutAtProvider,
    EndSessionEndpoint: settings.endSessionEndpoint,
    ResponseMode: settings.responseMode?.toUpperCase() as 'QUERY' | 'FORM_POST' | undefined,
    Pkce: settings.pkce,
    Nonce: settings.nonce,
    RecheckAfter: settings.recheckAfter,
    TrustedFactors: shownFactors(settings.trustedFactors),
    RedirectUri: `${publicUrl}${callbackPath(name)}`,
    SignedOutUri: `${publicUrl}${signedOutPath(name)}`,
  }),
} as const;
