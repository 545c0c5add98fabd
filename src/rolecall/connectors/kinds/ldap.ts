import { SHORTEST_RECHECK } from '../../../federation/connectors/given-client.ts';
import { USUAL_RECHECK } from '../../../federation/connectors/ldap/given-settings.ts';
import type { LdapConnectorSettings } from '../../../identity/documents/connectors/ldap-settings.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';
import { present, withoutFinalNewline } from './present.ts';
import { RECHECK_AGE } from './setting-shapes.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text } = shape;

const PRESET = enumeration('DirectoryPreset', ['OPENLDAP', 'AD', '389DS'], {
  documentation: 'The kind of directory, which supplies defaults.',
});
const STRATEGY = enumeration('GroupStrategy', ['NONE', 'MEMBER_OF', 'SEARCH', 'IN_CHAIN'], {
  documentation: 'How the groups of a person are found.',
});
const MEMBER_VALUE = enumeration('GroupMemberValue', ['DN', 'NAME'], {
  documentation: 'How groups list their members.',
});
const PRIMARY_GROUP = enumeration('PrimaryGroup', ['NONE', 'PRIMARY_GROUP_ID', 'GID_NUMBER'], {
  documentation: 'The attribute that names the primary group.',
});
const SERVERS = list('DirectoryServerList', text('DirectoryServer', { length: [1, 300], audited: true }), {
  length: [1, 10],
});
const DN = text('DistinguishedName', { length: [1, 1024], audited: true });
const FILTER = text('DirectoryFilter', { length: [1, 2000], audited: true });
const ATTRIBUTE = text('DirectoryAttribute', { length: [1, 128], audited: true });
const LOGIN_ATTRIBUTES = list('LoginAttributeList', ATTRIBUTE, { length: [1, 5] });
const ATTRIBUTES = list('DirectoryAttributeList', ATTRIBUTE, { length: [0, 50] });
const START_TLS = boolean('StartsTls');
const TRUST_EMAIL = boolean('TrustsDirectoryEmail');
const NESTED = boolean('FollowsNestedGroups');
const CA = text('DirectoryCertificates', { length: [0, 100_000] });
const SERVER_NAME = text('DirectoryServerName', { length: [0, 253], audited: true });
const SYNC_INTERVAL = integer('SyncInterval', { range: [0, 10_080] });
const FULL_SYNC_INTERVAL = integer('FullSyncInterval', { range: [0, 10_080] });
const TIMEOUT = integer('DirectoryTimeout', { range: [1, 30] });

const NEEDED = {
  Servers: 'The servers, tried in order: `ldaps://…`, or `ldap://…` with `StartTls`.',
  BaseDn: 'Where people and groups are.',
  BindDn: 'The service account that looks people up.',
  BindPassword:
    'The password of the service account. It is sealed, and never returned. A newline at its end, as files have it, is dropped.',
};
const BIND_PASSWORD = text('BindPassword', { length: [1, 1024], sensitive: true });

const RECHECK = `How old the directory's word may be, in seconds, before a use of a refresh token or browser session of ours asks it again; at least ${SHORTEST_RECHECK}, or 0: never.`;

const CHANGEABLE = {
  StartTls: optional(START_TLS, 'Whether to begin TLS on `ldap://` connections.'),
  Ca: optional(CA, 'PEM certificates of the only certificate authorities to trust. An empty text removes them.'),
  ServerName: optional(
    SERVER_NAME,
    "The name in the servers' certificate, if it is not that of the URL. An empty text removes it.",
  ),
  UserBaseDn: optional(DN, 'Where people are. Default: `BaseDn`.'),
  UserFilter: optional(FILTER, 'Which entries are people who may sign in.'),
  LoginAttributes: optional(LOGIN_ATTRIBUTES, 'What people may type as their name.'),
  SubjectAttribute: optional(ATTRIBUTE, 'The attribute that identifies a person for good.'),
  Attributes: optional(ATTRIBUTES, 'Attributes that rules can use as claims, beyond those that they name.'),
  TrustEmail: optional(
    TRUST_EMAIL,
    'Whether the directory vouches for e-mail addresses: without it, none is copied. Default: false.',
  ),
  GroupStrategy: optional(STRATEGY, 'How the groups of a person are found.'),
  GroupBaseDn: optional(DN, 'Where groups are; others do not count. Default: `BaseDn`.'),
  GroupFilter: optional(FILTER, 'Which entries are groups.'),
  GroupMemberAttribute: optional(ATTRIBUTE, 'The attribute that lists the members of a group.'),
  GroupMemberValue: optional(
    MEMBER_VALUE,
    'Whether members are listed as distinguished names or by their first login attribute.',
  ),
  GroupNameAttribute: optional(ATTRIBUTE, 'The attribute with the name of a group.'),
  GroupNested: optional(NESTED, 'Whether the groups that a group is in count too.'),
  PrimaryGroup: optional(PRIMARY_GROUP, 'The attribute with the primary group, which is in no list of members.'),
  RecheckAfter: optional(RECHECK_AGE, `${RECHECK} Default: ${USUAL_RECHECK}.`),
  SyncInterval: optional(SYNC_INTERVAL, 'How often users are synced with the directory, in minutes; 0: never.'),
  FullSyncInterval: optional(
    FULL_SYNC_INTERVAL,
    'After what time a sync reads the entries of all people again, not only those that have changed, in minutes; 0: always. Default: 1440, which is a day.',
  ),
  Timeout: optional(TIMEOUT, 'How long a server may take to answer, in seconds.'),
};
const CREATED = {
  Servers: required(SERVERS, NEEDED.Servers),
  BaseDn: required(DN, NEEDED.BaseDn),
  BindDn: required(DN, NEEDED.BindDn),
  BindPassword: required(BIND_PASSWORD, NEEDED.BindPassword),
  Preset: optional(PRESET, 'The kind of directory, which supplies defaults. Default: `OPENLDAP`.'),
  ...CHANGEABLE,
};
const CHANGED = {
  Servers: optional(SERVERS, NEEDED.Servers),
  BaseDn: optional(DN, NEEDED.BaseDn),
  BindDn: optional(DN, NEEDED.BindDn),
  BindPassword: optional(BIND_PASSWORD, NEEDED.BindPassword),
  ...CHANGEABLE,
};
type Input = Partial<StructureOf<typeof CREATED>>;

const SHOWN = structure(
  'LdapSettings',
  {
    Preset: required(PRESET, 'The kind of directory.'),
    Servers: required(SERVERS, 'The servers, in the order in which they are tried.'),
    StartTls: required(START_TLS, 'Whether TLS begins on `ldap://` connections.'),
    Ca: optional(CA, 'The only certificate authorities that are trusted; absent: the public ones.'),
    ServerName: optional(SERVER_NAME, "The name in the servers' certificate; absent: that of the URL."),
    BaseDn: required(DN, 'Where people and groups are.'),
    BindDn: required(DN, 'The service account.'),
    UserBaseDn: required(DN, 'Where people are.'),
    UserFilter: required(FILTER, 'Which entries are people who may sign in.'),
    LoginAttributes: required(LOGIN_ATTRIBUTES, 'What people may type as their name.'),
    SubjectAttribute: required(ATTRIBUTE, 'The attribute that identifies a person for good.'),
    Attributes: required(ATTRIBUTES, 'Attributes that rules can use as claims.'),
    TrustEmail: required(TRUST_EMAIL, 'Whether the directory vouches for e-mail addresses.'),
    GroupStrategy: required(STRATEGY, 'How the groups of a person are found.'),
    GroupBaseDn: required(DN, 'Where groups are.'),
    GroupFilter: required(FILTER, 'Which entries are groups.'),
    GroupMemberAttribute: required(ATTRIBUTE, 'The attribute that lists the members of a group.'),
    GroupMemberValue: required(MEMBER_VALUE, 'How groups list their members.'),
    GroupNameAttribute: required(ATTRIBUTE, 'The attribute with the name of a group.'),
    GroupNested: required(NESTED, 'Whether the groups that a group is in count too.'),
    PrimaryGroup: required(PRIMARY_GROUP, 'The attribute with the primary group.'),
    RecheckAfter: required(RECHECK_AGE, RECHECK),
    SyncInterval: required(SYNC_INTERVAL, 'How often users are synced with the directory, in minutes; 0: never.'),
    FullSyncInterval: required(
      FULL_SYNC_INTERVAL,
      'After what time a sync reads the entries of all people again, not only those that have changed, in minutes; 0: always.',
    ),
    Timeout: required(TIMEOUT, 'How long a server may take to answer, in seconds.'),
  },
  { documentation: 'The settings of a connector to an LDAP directory.' },
);

/** If the settings do not say. */
const DAY_MS = 24 * 60 * 60_000;

const PRIMARY = { none: 'NONE', primaryGroupID: 'PRIMARY_GROUP_ID', gidNumber: 'GID_NUMBER' } as const;
const PRIMARY_GIVEN = { NONE: 'none', PRIMARY_GROUP_ID: 'primaryGroupID', GID_NUMBER: 'gidNumber' } as const;
const STRATEGIES = { none: 'NONE', 'member-of': 'MEMBER_OF', search: 'SEARCH', 'in-chain': 'IN_CHAIN' } as const;
const PRESETS = { openldap: 'OPENLDAP', ad: 'AD', '389ds': '389DS' } as const;

/** Connectors to LDAP directories. */
export const LDAP = {
  kind: 'ldap',
  created: structure('NewLdapSettings', CREATED, {
    documentation: 'The settings of a new connector to an LDAP directory.',
  }),
  changed: structure('ChangedLdapSettings', CHANGED, {
    documentation: 'Changed settings of a connector to an LDAP directory. What is left out stays as it is.',
  }),
  shown: SHOWN,
  harmless: new Set(['BindPassword', 'RecheckAfter', 'SyncInterval', 'FullSyncInterval', 'Timeout']),
  removable: ['ca', 'serverName'],

  given: (input: Input) =>
    present({
      preset: input.Preset?.toLowerCase(),
      servers: input.Servers,
      startTls: input.StartTls,
      ca: input.Ca,
      serverName: input.ServerName,
      baseDn: input.BaseDn,
      bindDn: input.BindDn,
      bindPassword: withoutFinalNewline(input.BindPassword),
      userBaseDn: input.UserBaseDn,
      userFilter: input.UserFilter,
      loginAttributes: input.LoginAttributes,
      subjectAttribute: input.SubjectAttribute,
      attributes: input.Attributes,
      trustEmail: input.TrustEmail,
      groupStrategy: input.GroupStrategy?.toLowerCase().replace('_', '-'),
      groupBaseDn: input.GroupBaseDn,
      groupFilter: input.GroupFilter,
      groupMemberAttribute: input.GroupMemberAttribute,
      groupMemberValue: input.GroupMemberValue?.toLowerCase(),
      groupNameAttribute: input.GroupNameAttribute,
      groupNested: input.GroupNested,
      primaryGroup: input.PrimaryGroup && PRIMARY_GIVEN[input.PrimaryGroup],
      recheckAfter: input.RecheckAfter,
      syncInterval: input.SyncInterval,
      fullSyncInterval: input.FullSyncInterval,
      timeout: input.Timeout,
    }),

  show: ({ users, groups, ...settings }: LdapConnectorSettings) => ({
    Preset: PRESETS[settings.preset],
    Servers: settings.servers,
    StartTls: settings.startTls,
    Ca: settings.ca,
    ServerName: settings.serverName,
    BaseDn: settings.baseDn,
    BindDn: settings.bindDn,
    UserBaseDn: users.baseDn ?? settings.baseDn,
    UserFilter: users.filter,
    LoginAttributes: users.loginAttributes,
    SubjectAttribute: users.subjectAttribute,
    Attributes: users.attributes,
    TrustEmail: settings.trustEmail ?? false,
    GroupStrategy: STRATEGIES[groups.strategy],
    GroupBaseDn: groups.baseDn ?? settings.baseDn,
    GroupFilter: groups.filter,
    GroupMemberAttribute: groups.memberAttribute,
    GroupMemberValue: groups.memberValue.toUpperCase() as Uppercase<typeof groups.memberValue>,
    GroupNameAttribute: groups.nameAttribute,
    GroupNested: groups.nested,
    PrimaryGroup: PRIMARY[groups.primary ?? 'none'],
    RecheckAfter: settings.recheckAfter ?? USUAL_RECHECK,
    SyncInterval: Math.round((settings.syncIntervalMs ?? 0) / 60_000),
    FullSyncInterval: Math.round((settings.fullSyncIntervalMs ?? DAY_MS) / 60_000),
    Timeout: Math.round(settings.timeoutMs / 1000),
  }),
} as const;
