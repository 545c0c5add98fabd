import { callbackPath } from '../../../federation/connectors/callback-path.ts';
import { OAUTH2_PRESETS, type OAuth2PresetName } from '../../../federation/connectors/oauth2/presets.ts';
import type { OAuth2Settings } from '../../../identity/documents/connectors/oauth2-settings.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';
import type { ShownWith } from './connector-kind-shapes.ts';
import { present, withoutFinalNewline } from './present.ts';
import { CA, CLAIM, CLIENT_ID, CLIENT_SECRET, RECHECK_AFTER, REDIRECT_URI, SCOPES } from './setting-shapes.ts';

const { boolean, enumeration, optional, required, structure, text } = shape;

const PRESETS = Object.keys(OAUTH2_PRESETS).map((name) => name.toUpperCase() as Uppercase<OAuth2PresetName>);
const PRESET = enumeration('OAuth2Preset', PRESETS, { documentation: 'The provider, which supplies defaults.' });
const AUTHENTICATION_NAMES = ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE'] as const;
const CLIENT_AUTHENTICATION = enumeration('OAuth2ClientAuthentication', AUTHENTICATION_NAMES);
const ENDPOINT = text('OAuth2Endpoint', { length: [0, 2048], audited: true });
const ISSUER = text('OAuth2Issuer', { length: [0, 2048], audited: true });
const BASE_URL = text('OAuth2BaseUrl', { length: [0, 2048], audited: true });
const PKCE = boolean('UsesPkce');

const OF_PRESET = 'An empty text removes it: then it is as the preset has it.';

const CHANGEABLE = {
  BaseUrl: optional(
    BASE_URL,
    'Where your own GitHub Enterprise is. Only for the preset `GITHUB`. A change moves the endpoints that came from it. An empty text removes it.',
  ),
  Issuer: optional(ISSUER, `What the provider calls itself in its answers (\`iss\`), if it does. ${OF_PRESET}`),
  AuthorizationEndpoint: optional(ENDPOINT, `Where people sign in. ${OF_PRESET}`),
  TokenEndpoint: optional(ENDPOINT, `Where codes are exchanged. ${OF_PRESET}`),
  ProfileEndpoint: optional(ENDPOINT, `Whose answer, a JSON object, says who signed in. ${OF_PRESET}`),
  ClientSecret: optional(CLIENT_SECRET, 'The client secret that the provider gave. It is sealed, and never returned.'),
  ClientAuthentication: optional(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
  Scopes: optional(SCOPES, 'The scopes to ask for.'),
  SubjectClaim: optional(CLAIM, 'The member of the profile that identifies a person for good.'),
  Pkce: optional(PKCE, '`false` only for a provider that refuses PKCE.'),
  Ca: optional(CA, 'PEM certificates of the only certificate authorities to trust. An empty text removes them.'),
  RecheckAfter: RECHECK_AFTER,
};
const CREATED = {
  ClientId: required(CLIENT_ID, 'The client id that the provider gave.'),
  Preset: optional(PRESET, 'The provider, which supplies defaults. Default: `OAUTH2`.'),
  ...CHANGEABLE,
};
const CHANGED = { ClientId: optional(CLIENT_ID, 'The client id that the provider gave.'), ...CHANGEABLE };
type Input = Partial<StructureOf<typeof CREATED>>;

const SHOWN = structure(
  'OAuth2Settings',
  {
    Preset: required(PRESET, 'The provider that supplied the defaults.'),
    BaseUrl: optional(BASE_URL, 'Where your own installation is.'),
    Issuer: optional(ISSUER, 'What the provider calls itself in its answers.'),
    AuthorizationEndpoint: required(ENDPOINT, 'Where people sign in.'),
    TokenEndpoint: required(ENDPOINT, 'Where codes are exchanged.'),
    ProfileEndpoint: required(ENDPOINT, 'Whose answer says who signed in.'),
    ClientId: required(CLIENT_ID, 'The client that the provider knows.'),
    ClientAuthentication: required(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
    Scopes: required(SCOPES, 'The scopes that are asked for.'),
    SubjectClaim: required(CLAIM, 'The member of the profile that identifies a person for good.'),
    Pkce: required(PKCE, 'Whether PKCE is used.'),
    Ca: optional(CA, 'The only certificate authorities that are trusted.'),
    RecheckAfter: RECHECK_AFTER,
    RedirectUri: required(REDIRECT_URI, 'The redirect URI to register at the provider.'),
  },
  { documentation: 'The settings of a connector to an OAuth 2 provider, which has no ID tokens.' },
);

/** Connectors to OAuth 2 providers. */
export const OAUTH2 = {
  kind: 'oauth2',
  created: structure('NewOAuth2Settings', CREATED, {
    documentation: 'The settings of a new connector to an OAuth 2 provider, which has no ID tokens.',
  }),
  changed: structure('ChangedOAuth2Settings', CHANGED, {
    documentation: 'Changed settings of a connector to an OAuth 2 provider. What is left out stays as it is.',
  }),
  shown: SHOWN,
  harmless: new Set(['ClientSecret', 'ClientAuthentication', 'RecheckAfter']),
  removable: ['recheckAfter', 'ca', 'baseUrl', 'issuer', 'authorizationEndpoint', 'tokenEndpoint', 'profileEndpoint'],

  given: (input: Input) =>
    present({
      preset: input.Preset?.toLowerCase(),
      baseUrl: input.BaseUrl,
      issuer: input.Issuer,
      authorizationEndpoint: input.AuthorizationEndpoint,
      tokenEndpoint: input.TokenEndpoint,
      profileEndpoint: input.ProfileEndpoint,
      clientId: input.ClientId,
      clientSecret: withoutFinalNewline(input.ClientSecret),
      clientAuthentication: input.ClientAuthentication?.toLowerCase(),
      scopes: input.Scopes,
      subjectClaim: input.SubjectClaim,
      pkce: input.Pkce,
      ca: input.Ca,
      recheckAfter: input.RecheckAfter,
    }),

  show: (settings: OAuth2Settings, { connector: { name }, publicUrl }: ShownWith) => ({
    Preset: settings.preset.toUpperCase() as Uppercase<OAuth2PresetName>,
    BaseUrl: settings.baseUrl,
    Issuer: settings.issuer,
    AuthorizationEndpoint: settings.authorizationEndpoint,
    TokenEndpoint: settings.tokenEndpoint,
    ProfileEndpoint: settings.profileEndpoint,
    ClientId: settings.clientId,
    ClientAuthentication: settings.clientAuthentication.toUpperCase() as (typeof AUTHENTICATION_NAMES)[number],
    Scopes: settings.scopes,
    SubjectClaim: settings.subjectClaim,
    Pkce: settings.pkce,
    Ca: settings.ca,
    RecheckAfter: settings.recheckAfter,
    RedirectUri: `${publicUrl}${callbackPath(name)}`,
  }),
} as const;
