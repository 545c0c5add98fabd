import { ASSIGNMENTS } from '../../identity/applications/assignments.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import { OIDC_INPUT, OIDC_SHOWN } from './oidc/oidc-members.ts';
import { REGISTRATION } from './registered/registration-members.ts';
import { SAML_INPUT, SAML_SHOWN } from './saml-members.ts';

const { boolean, enumeration, integer, optional, required, structure, text, timestamp } = shape;

export const APPLICATION_ID = text('ApplicationId', {
  length: [1, 255],
  pattern: String.raw`[\x20-\x7E]+`,
  audited: true,
});
const DISPLAY_NAME = text('ApplicationDisplayName', {
  length: [1, 128],
  pattern: String.raw`[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+`,
  audited: true,
});
const ICON = text('ApplicationIcon', { length: [0, 32_768] });
const START_URL = text('StartUrl', { length: [0, 2048], audited: true });
const ENABLED = boolean('ApplicationEnabled');
const OPEN_TO = enumeration('OpenTo', ['ACCOUNT', 'EVERYONE', 'ASSIGNED'], {
  documentation: 'Whose users may use an application.',
});

export const ORIGIN = enumeration('ApplicationOrigin', ['FILE', 'API', 'REGISTRATION'], {
  documentation: 'What manages an application.',
});

/** The input that names an application. */
export const NAMED_APPLICATION = { ApplicationId: required(APPLICATION_ID, 'The id of the application.') };

const SETTINGS = {
  OpenTo: optional(
    OPEN_TO,
    'Whose users may use it: those of its own account (the default), of every account, or only those that are assigned. `EVERYONE` is for OpenID Connect clients, whose people are asked for consent; start pages of other accounts do not show them.',
  ),
  Icon: optional(ICON, 'A PNG, WebP or SVG image as a `data:` URL in base64. Empty: none.'),
  StartUrl: optional(START_URL, 'Where people start, if that is another address than the protocol has. Empty: none.'),
  Oidc: optional(OIDC_INPUT, 'The settings of an OpenID Connect client.'),
  Saml: optional(SAML_INPUT, 'The settings of a SAML 2.0 service provider.'),
};

export const CREATED = {
  DisplayName: required(DISPLAY_NAME, 'The name that people see.'),
  ...SETTINGS,
  Tags: optional(shape.tags, 'Its tags.'),
};
export const CHANGED = {
  ...NAMED_APPLICATION,
  DisplayName: optional(DISPLAY_NAME, 'The name that people see.'),
  Enabled: optional(
    ENABLED,
    '`false` disables it: nobody can sign in to it, and whatever was issued to it ends for good.',
  ),
  ...SETTINGS,
};
export type ChangedSettings = Omit<StructureOf<typeof CHANGED>, 'ApplicationId'>;

export const APPLICATION = structure(
  'Application',
  {
    ApplicationId: required(APPLICATION_ID, 'Its id.'),
    Arn: required(text('ApplicationArn', { length: [1, 2048] }), 'Its ARN, for policies.'),
    Protocol: required(
      enumeration('ApplicationProtocol', ['OIDC', 'SAML'], { documentation: 'How people sign in to it.' }),
      'How people sign in to it.',
    ),
    Origin: required(
      ORIGIN,
      'What manages it: the configuration file, this API, or itself, because it was registered dynamically.',
    ),
    DisplayName: required(text('ShownDisplayName', { length: [1, 255], audited: true }), 'The name that people see.'),
    Enabled: required(ENABLED, 'Whether it can be used.'),
    OpenTo: required(OPEN_TO, 'Whose users may use it.'),
    Icon: optional(ICON, 'Its icon; absent if it has none.'),
    StartUrl: optional(START_URL, 'Where people start; absent if the protocol says so.'),
    Oidc: optional(OIDC_SHOWN, 'For OpenID Connect.'),
    Saml: optional(SAML_SHOWN, 'For SAML.'),
    Registration: optional(REGISTRATION, 'For an application that registered itself.'),
    AssignedUsers: required(
      integer('AssignedUserCount', { range: [0, ASSIGNMENTS.users] }),
      'How many users are assigned.',
    ),
    AssignedGroups: required(
      integer('AssignedGroupCount', { range: [0, ASSIGNMENTS.groups] }),
      'How many groups are assigned.',
    ),
    Tags: required(shape.tags, 'Its tags.'),
    CreatedAt: required(timestamp('ApplicationCreatedAt'), 'When it was created.'),
    UpdatedAt: required(timestamp('ApplicationUpdatedAt'), 'When it was last changed.'),
  },
  { documentation: 'What people sign in to, or a machine that requests tokens for itself.' },
);

/** Shown once. */
export const CLIENT_SECRET = text('GeneratedClientSecret', { length: [1, 256], sensitive: true });
