import { OIDC_PRESETS, type PresetName } from '../../federation/connectors/presets.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { boolean, enumeration, list, optional, required, structure, text, timestamp } = shape;

export const CONNECTOR_NAME = text('ConnectorName', {
  length: [1, 63],
  pattern: '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?',
  audited: true,
});

const PRESETS = Object.keys(OIDC_PRESETS).map((name) => name.toUpperCase() as Uppercase<PresetName>);

const PRESET = enumeration('ConnectorPreset', PRESETS, {
  documentation: 'The provider, which supplies defaults.',
});
const CLIENT_AUTHENTICATION = enumeration(
  'ClientAuthentication',
  ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE'],
  { documentation: 'How the client authenticates to the provider.' },
);
const CLAIM = text('ClaimPath', { length: [1, 256], audited: true });
const CLAIMS = list('ClaimPathList', CLAIM, { length: [0, 20] });
const DOMAINS = list('DomainList', text('Domain', { length: [1, 253], audited: true }), { length: [0, 100] });
const SCOPES = list('ScopeList', text('Scope', { length: [1, 256], audited: true }), { length: [0, 50] });
const GROUP = text('GivenGroup', { length: [1, 128], audited: true });
const ENABLED = boolean('ConnectorEnabled');
const HAS_BUTTON = boolean('HasButton');
const USERINFO = boolean('ReadsUserinfo');
const DISPLAY_NAME = text('DisplayName', { length: [1, 64], audited: true });
const ISSUER = text('ConnectorIssuer', { length: [1, 2048], audited: true });
const CLIENT_ID = text('ConnectorClientId', { length: [1, 255], audited: true });

const GROUP_MAP = list(
  'GroupMap',
  structure('GroupRule', {
    Value: required(text('GroupClaimValue', { length: [1, 1024], audited: true }), 'A value of the claim.'),
    Group: required(GROUP, 'The IAM group that it gives.'),
  }),
  { length: [0, 500] },
);

const RULES = structure(
  'ProvisioningRules',
  {
    Condition: optional(
      text('ConnectorCondition', { length: [1, 10_240], audited: true }),
      'Who may sign in: the `Condition` of a policy as JSON, over the keys `login:<claim>`, `login:subject` and `login:connector`. Absent: everyone whom the provider knows.',
    ),
    UserName: optional(CLAIMS, 'Claims that may name the user; the first with a value is used.'),
    DisplayName: optional(CLAIMS, 'Claims that may hold the display name.'),
    Email: optional(CLAIMS, 'Claims that may hold the e-mail address.'),
    Groups: optional(
      structure('GroupRules', {
        Claim: optional(CLAIM, "The claim that lists the person's groups."),
        Map: optional(GROUP_MAP, 'Which value of the claim gives which group.'),
        Always: optional(list('GivenGroupList', GROUP, { length: [0, 10] }), 'The groups that everyone gets.'),
      }),
      'The IAM groups that a sign-in gives.',
    ),
  },
  { documentation: 'What a sign-in must meet, and what it gives. Left out: the default of the preset.' },
);

/** The settings that may be given when a connector is created, and changed later. */
export const CHANGEABLE = {
  DisplayName: optional(DISPLAY_NAME, 'The text of its button.'),
  Issuer: optional(ISSUER, "The provider's issuer, exactly as it names itself. Some presets have one."),
  ClientSecret: optional(
    text('ClientSecret', { length: [1, 4096], sensitive: true }),
    'The client secret that the provider gave. It is sealed, and never returned. A newline at its end, as files have it, is dropped.',
  ),
  ClientAuthentication: optional(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
  Scopes: optional(SCOPES, 'The scopes to ask for; `openid` is always one of them.'),
  SubjectClaim: optional(CLAIM, 'The claim that identifies a person for good.'),
  Userinfo: optional(USERINFO, 'Whether to read the userinfo endpoint too.'),
  HostedDomains: optional(
    DOMAINS,
    'Google Workspace domains whose people may sign in. The preset `GOOGLE` requires it.',
  ),
  Domains: optional(DOMAINS, 'E-mail domains whose people are sent to this provider when they type their address.'),
  HasButton: optional(HAS_BUTTON, 'Whether the sign-in page shows a button for it.'),
  Enabled: optional(ENABLED, 'Whether people may sign in through it. While it is disabled, its provider is not tried.'),
  Rules: optional(RULES, 'What a sign-in must meet, and what it gives.'),
};
export type ChangeableSettings = StructureOf<typeof CHANGEABLE>;

/** The settings that a new connector has besides. */
export const CREATED = {
  Name: required(CONNECTOR_NAME, 'Its name, for good: part of the redirect URI, and unique on the server.'),
  ClientId: required(CLIENT_ID, 'The client id that the provider gave.'),
  Preset: optional(PRESET, 'The provider, which supplies defaults. Default: `OIDC`.'),
  ...CHANGEABLE,
};

/** The input of a change. What is left out stays as it is. */
export const CHANGED = {
  Name: required(CONNECTOR_NAME, 'The name of the connector.'),
  ClientId: optional(CLIENT_ID, 'The client id that the provider gave.'),
  ...CHANGEABLE,
};

/** A connector, as the API shows it: everything but its secret. */
export const CONNECTOR = structure(
  'Connector',
  {
    Name: required(CONNECTOR_NAME, 'Its name.'),
    Arn: required(text('ConnectorArn', { length: [1, 2048] }), 'Its ARN, for policies.'),
    Kind: required(enumeration('ConnectorKind', ['OIDC']), 'How it reaches the provider.'),
    Preset: required(PRESET, 'The provider that supplied the defaults.'),
    Origin: required(
      enumeration('ConnectorOrigin', ['FILE', 'API'], { documentation: 'What manages a connector.' }),
      'What manages it: the configuration file, or this API.',
    ),
    DisplayName: required(DISPLAY_NAME, 'The text of its button.'),
    Enabled: required(ENABLED, 'Whether people may sign in through it.'),
    HasButton: required(HAS_BUTTON, 'Whether the sign-in page shows a button for it.'),
    Issuer: required(ISSUER, 'The issuer of the provider.'),
    ClientId: required(CLIENT_ID, 'The client that the provider knows.'),
    ClientAuthentication: required(CLIENT_AUTHENTICATION, 'How the secret is sent.'),
    Scopes: required(SCOPES, 'The scopes that are asked for.'),
    SubjectClaim: required(CLAIM, 'The claim that identifies a person for good.'),
    Userinfo: required(USERINFO, 'Whether the userinfo endpoint is read too.'),
    HostedDomains: optional(DOMAINS, 'Google Workspace domains whose people may sign in; absent if it is not tested.'),
    RedirectUri: required(
      text('ConnectorRedirectUri', { length: [1, 2048] }),
      'The redirect URI to register at the provider.',
    ),
    Domains: required(DOMAINS, 'The e-mail domains whose people are sent to it.'),
    Rules: required(RULES, 'What a sign-in must meet, and what it gives.'),
    CreatedAt: required(timestamp('ConnectorCreatedAt'), 'When it was created.'),
    UpdatedAt: required(timestamp('ConnectorUpdatedAt'), 'When it was last changed.'),
  },
  { documentation: 'A source of logins outside of this server.' },
);
