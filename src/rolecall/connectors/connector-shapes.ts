import { MAPPED_ATTRIBUTES, MOST_TAG_RULES } from '../../federation/connectors/rules-shape.ts';
import { LONGEST_PROOF_AGE, SHORTEST_PROOF_AGE } from '../../identity/connectors/proof-ages.ts';
import { ATTRIBUTE } from '../profiles/profile-attributes.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import { KIND_NAMES, kindMembers } from './kinds/kinds.ts';
import { CLAIM, DOMAINS } from './kinds/setting-shapes.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text, timestamp } = shape;

export const CONNECTOR_NAME = text('ConnectorName', {
  length: [1, 63],
  pattern: '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?',
  audited: true,
});

const CLAIMS = list('ClaimPathList', CLAIM, { length: [0, 20] });
const GROUP = text('GivenGroup', { length: [1, 128], audited: true });
const ENABLED = boolean('ConnectorEnabled');
const HAS_BUTTON = boolean('HasButton');
const ICON = text('ConnectorIcon', { length: [0, 32_768] });
const PROVISIONING = enumeration('Provisioning', ['JUST_IN_TIME', 'LINKED_ONLY'], {
  documentation: 'What happens at the first sign-in with a login.',
});
const MAX_PROOF_AGE = integer('MaxProofAge', { range: [SHORTEST_PROOF_AGE, LONGEST_PROOF_AGE] });
const DISPLAY_NAME = text('DisplayName', { length: [1, 64], audited: true });

const GROUP_MAP = list(
  'GroupMap',
  structure('GroupRule', {
    Value: required(text('GroupClaimValue', { length: [1, 1024], audited: true }), 'A value of the claim.'),
    Group: required(GROUP, 'The IAM group that it gives.'),
  }),
  { length: [0, 500] },
);

const PROFILE_RULES = list(
  'ProfileRuleList',
  structure('ProfileRule', {
    Attribute: required(ATTRIBUTE, 'The attribute of the profile. `NAME` comes by `DisplayName`.'),
    Claim: required(CLAIM, 'The claim with its value, a text.'),
  }),
  { length: [0, MAPPED_ATTRIBUTES.length] },
);

const TAG_RULES = list(
  'TagRuleList',
  structure('TagRule', {
    Claim: required(CLAIM, 'The claim with the value: a text, a number or a truth value.'),
    Key: required(text('GivenTagKey', { length: [1, 128], audited: true }), 'The key of the session tag.'),
    Default: optional(
      text('GivenTagDefault', { length: [0, 256], audited: true }),
      'The value if the claim is absent. Left out: no tag then.',
    ),
  }),
  { length: [0, MOST_TAG_RULES] },
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
    Profile: optional(
      PROFILE_RULES,
      'Which claims give attributes of the profile. Users cannot change these here. Values that cannot be such an attribute are left out.',
    ),
    Tags: optional(
      TAG_RULES,
      'Which claims become session tags of a login (`aws:PrincipalTag/<key>`). Tags of the user itself come first.',
    ),
  },
  { documentation: 'What a sign-in must meet, and what it gives. Left out: the default of the preset.' },
);

/** The settings of every kind that may be given when a connector is created, and changed later. */
const CHANGEABLE = {
  DisplayName: optional(DISPLAY_NAME, 'The text of its button.'),
  Icon: optional(
    ICON,
    'The icon of its button: a PNG, WebP or SVG image as a `data:` URL in base64. An empty one removes it.',
  ),
  Domains: optional(
    DOMAINS,
    'E-mail domains of the people of this provider. Typing such an address leads to it, and only such addresses count as verified.',
  ),
  HasButton: optional(HAS_BUTTON, 'Whether the sign-in page shows a button for it.'),
  Enabled: optional(ENABLED, 'Whether people may sign in through it. While it is disabled, its provider is not tried.'),
  Provisioning: optional(
    PROVISIONING,
    'Whether a first sign-in creates a user (`JUST_IN_TIME`, the default), or only linked logins are accepted (`LINKED_ONLY`).',
  ),
  MaxProofAge: optional(
    MAX_PROOF_AGE,
    'How old a login may be, in seconds, before refresh tokens and browser sessions that came from it need a new one. Default: 14 days. Applies at once to existing logins.',
  ),
  Rules: optional(RULES, 'What a sign-in must meet, and what it gives.'),
};
export type ChangeableSettings = StructureOf<typeof CHANGEABLE>;

/** The input that makes a connector. */
export const CREATED = {
  Name: required(CONNECTOR_NAME, 'Its name, for good: part of the redirect URI, and unique on the server.'),
  ...CHANGEABLE,
  Tags: optional(shape.tags, 'Its tags. They need `rolecall:TagResource` as well.'),
  ...kindMembers('created'),
};
export type CreatedSettings = StructureOf<typeof CREATED>;

/** The input of a change. What is left out stays as it is. */
export const CHANGED = {
  Name: required(CONNECTOR_NAME, 'The name of the connector.'),
  ...CHANGEABLE,
  ...kindMembers('changed'),
};
export type ChangedSettings = StructureOf<typeof CHANGED>;

/** A connector, as the API shows it: everything but its secret. */
export const CONNECTOR = structure(
  'Connector',
  {
    Name: required(CONNECTOR_NAME, 'Its name.'),
    Arn: required(text('ConnectorArn', { length: [1, 2048] }), 'Its ARN, for policies.'),
    Kind: required(enumeration('ConnectorKind', KIND_NAMES), 'How it reaches the provider.'),
    Origin: required(
      enumeration('ConnectorOrigin', ['FILE', 'API'], { documentation: 'What manages a connector.' }),
      'What manages it: the configuration file, or this API.',
    ),
    DisplayName: required(DISPLAY_NAME, 'The text of its button.'),
    Icon: optional(ICON, 'The icon of its button; absent if it has none.'),
    Enabled: required(ENABLED, 'Whether people may sign in through it.'),
    HasButton: required(HAS_BUTTON, 'Whether the sign-in page shows a button for it.'),
    Domains: required(DOMAINS, 'The e-mail domains whose people are sent to it.'),
    Provisioning: required(PROVISIONING, 'What happens at the first sign-in with a login.'),
    MaxProofAge: required(MAX_PROOF_AGE, 'How old a login may be to be continued, in seconds.'),
    Rules: required(RULES, 'What a sign-in must meet, and what it gives.'),
    Deviations: required(
      list('DeviationList', enumeration('Deviation', ['NO_PKCE', 'NO_NONCE'])),
      'The protections that are switched off, because the provider does not support them.',
    ),
    Tags: required(shape.tags, 'Its tags.'),
    ...kindMembers('shown'),
    LastSignInAt: optional(
      timestamp('ConnectorLastSignInAt'),
      'The last sign-in through it, to the minute. Only `GetConnector` returns it; absent if there was none in the last 400 days.',
    ),
    LastFailure: optional(
      structure(
        'ConnectorFailure',
        {
          At: required(timestamp('ConnectorFailedAt'), 'When.'),
          Check: required(
            text('FailedCheck', { length: [1, 64] }),
            'The check that failed: `errorCode` of the audit event.',
          ),
          Reference: required(
            text('FailureReference', { length: [1, 128] }),
            '`requestId` of the audit event, which has the value.',
          ),
        },
        { documentation: 'A sign-in that was refused.' },
      ),
      'The last sign-in through it that was refused. Wrong passwords, cancelled sign-ins and answers that no sign-in was waiting for do not count. Only `GetConnector` returns it.',
    ),
    CreatedAt: required(timestamp('ConnectorCreatedAt'), 'When it was created.'),
    UpdatedAt: required(timestamp('ConnectorUpdatedAt'), 'When it was last changed.'),
  },
  { documentation: 'A source of logins outside of this server.' },
);
