import { callbackPath } from '../../../federation/connectors/callback-path.ts';
import { OIDC_PRESETS, type PresetName } from '../../../federation/connectors/oidc/presets.ts';
import type { OidcSettings } from '../../../identity/documents/connectors/oidc-settings.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';
import type { ShownWith } from './connector-kind-shapes.ts';
import { present, withoutFinalNewline } from './present.ts';
import { CLAIM, CLIENT_ID, CLIENT_SECRET, DOMAINS, REDIRECT_URI, SCOPES } from './setting-shapes.ts';

const { boolean, enumeration, optional, required, structure, text } = shape;

const PRESETS = Object.keys(OIDC_PRESETS).map((name) => name.toUpperCase() as Uppercase<PresetName>);
const PRESET = enumeration('OidcPreset', PRESETS, { documentation: 'The provider, which supplies defaults.' });
const CLIENT_AUTHENTICATION = enumeration(
  'ClientAuthentication',
  ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE'],
  { documentation: 'How the client authenticates to the provider.' },
);
const USERINFO = boolean('ReadsUserinfo');
const ISSUER = text('ConnectorIssuer', { length: [1, 2048], audited: true });

const CHANGEABLE = {
  Issuer: optional(ISSUER, "The provider's issuer, exactly as it names itself. Some presets have one."),
  ClientSecret: optional(
    CLIENT_SECRET,
    'The client secret that the provider gave. It is sealed, and never returned. A newline at its end, as files have it, is dropped.',
  ),
  ClientAuthentication: optional(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
  Scopes: optional(SCOPES, 'The scopes to ask for; `openid` is always one of them.'),
  SubjectClaim: optional(CLAIM, 'The claim that identifies a person for good.'),
  Userinfo: optional(USERINFO, 'Whether to read the userinfo endpoint too.'),
  HostedDomains: optional(
    DOMAINS,
    'Google Workspace domains whose people may sign in. The preset `GOOGLE` requires it. An empty list removes the test.',
  ),
};
const CREATED = {
  ClientId: required(CLIENT_ID, 'The client id that the provider gave.'),
  Preset: optional(PRESET, 'The provider, which supplies defaults. Default: `OIDC`.'),
  ...CHANGEABLE,
};
const CHANGED = { ClientId: optional(CLIENT_ID, 'The client id that the provider gave.'), ...CHANGEABLE };
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
    RedirectUri: required(REDIRECT_URI, 'The redirect URI to register at the provider.'),
  },
  { documentation: 'The settings of a connector to an OpenID Connect provider.' },
);

const AUTHENTICATION = {
  client_secret_basic: 'CLIENT_SECRET_BASIC',
  client_secret_post: 'CLIENT_SECRET_POST',
  none: 'NONE',
} as const;

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
  harmless: new Set(['ClientSecret', 'ClientAuthentication', 'Scopes', 'Userinfo']),
  removable: ['hostedDomains'],

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
    }),

  show: (settings: OidcSettings, { connector: { name }, publicUrl }: ShownWith) => ({
    Preset: (settings.preset ?? 'oidc').toUpperCase() as Uppercase<PresetName>,
    Issuer: settings.issuer,
    ClientId: settings.clientId,
    ClientAuthentication: AUTHENTICATION[settings.clientAuthentication],
    Scopes: settings.scopes,
    SubjectClaim: settings.subjectClaim,
    Userinfo: settings.userinfo,
    HostedDomains: settings.hostedDomains,
    RedirectUri: `${publicUrl}${callbackPath(name)}`,
  }),
} as const;
