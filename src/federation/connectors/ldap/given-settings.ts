import { FilterParser } from 'ldapts';
import * as z from 'zod';
import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { LdapConnectorSettings } from '../../../identity/documents/connectors/ldap-settings.ts';
import { canonicalDn } from '../../directory-client/distinguished-name.ts';
import { parseServer } from '../../directory-client/server-address.ts';
import type { Problem, SettingsOrigin } from '../connector-kind.ts';
import { LONGEST_RECHECK, SHORTEST_RECHECK } from '../given-client.ts';
import { DIRECTORY_PRESETS } from './directory-presets.ts';
import type { SubjectFormat } from './subject-of.ts';

export type OpenLdapSettings = OpenSettings<LdapConnectorSettings>;

const MINUTE = 60_000;
/** A day, in minutes. */
const USUAL_FULL_SYNC = 1440;
/** In seconds. */
export const USUAL_RECHECK = 300;
const LONGEST_FILTER = 2000;
/** Attributes that are given to other people in time, or that people change themselves (S31). */
const NOT_FOR_GOOD = [
  'dn',
  'cn',
  'uid',
  'mail',
  'displayname',
  'samaccountname',
  'userprincipalname',
  'entrydn',
  'distinguishedname',
];
/** Attributes that are 16 bytes rather than text. */
const GUIDS = new Set(['objectguid', 'ms-ds-consistencyguid']);

const dn = () =>
  z
    .string('is needed, and must be a text')
    .max(1024)
    .refine(
      (text) => text.trim() !== '' && canonicalDn(text) !== undefined,
      'must be a distinguished name, such as dc=example,dc=com',
    );
const attribute = () => z.string().regex(/^[a-z][a-z\d-]{0,127}$/i, 'must be the name of an attribute');
const filter = () =>
  z
    .string()
    .max(LONGEST_FILTER)
    .superRefine((text, context) => {
      const problem = filterProblem(text);
      if (problem !== undefined)
        context.addIssue({ code: 'custom', message: `is not a filter (RFC 4515): ${problem}` });
    });

function filterProblem(text: string): string | undefined {
  // ldapts takes each escaped byte for a character of its own.
  if (/\\[89a-f][\da-f]/i.test(text)) return 'write letters beyond ASCII as they are, not as escaped bytes';
  try {
    FilterParser.parseString(text);
    return undefined;
  } catch {
    return 'parentheses or an expression are wrong';
  }
}

/** The settings of a directory in the configuration file. */
export const ldapFields = {
  kind: z.literal('ldap').describe('The kind of connector: `ldap`.'),
  preset: z
    .enum(['openldap', 'ad', '389ds'], 'must be one of openldap, ad, 389ds')
    .default('openldap')
    .describe('The kind of directory, which supplies defaults: `openldap`, `ad` (Active Directory) or `389ds`.'),
  servers: z
    .array(
      z
        .string()
        .max(300)
        .refine(
          (url) => parseServer(url) !== undefined,
          'must be ldaps://<host> or ldap://<host>, with or without a port',
        ),
      'is needed, and must be a list',
    )
    .min(1, 'must name a server')
    .max(10)
    .describe('The servers, tried in order: `ldaps://…`, or `ldap://…` with `startTls`.'),
  startTls: z.boolean().default(false).describe('Whether to begin TLS on `ldap://` connections (StartTLS).'),
  ca: z
    .string()
    .max(100_000)
    .optional()
    .describe('PEM certificates of the only certificate authorities to trust. Default: the public ones.'),
  caFile: z.string().min(1).optional().describe('A file with these certificates, instead of `ca`.'),
  serverName: z
    .string()
    .regex(/^[a-z\d.:-]{1,253}$/i, 'must be a host name')
    .optional()
    .describe('The name in the servers’ certificate. Default: that of the URL.'),
  baseDn: dn().describe('Where people and groups are, such as `dc=example,dc=com`.'),
  bindDn: z
    .string('is needed, and must be a text')
    .min(1)
    .max(1024)
    .describe(
      'The service account that looks people up: its distinguished name, or for Active Directory `name@domain`.',
    ),
  bindPassword: z
    .string()
    .min(1, 'must not be empty')
    .max(1024)
    .optional()
    .describe('The password of the service account.'),
  bindPasswordFile: z.string().min(1).optional().describe('A file with that password, instead of `bindPassword`.'),
  userBaseDn: dn().optional().describe('Where people are. Default: `baseDn`.'),
  userFilter: filter().optional().describe('Which entries are people who may sign in. Default: by preset.'),
  loginAttributes: z
    .array(attribute(), 'must be a list')
    .min(1)
    .max(5)
    .optional()
    .describe(
      'What people may type as their name. Default: by preset, `uid` or `sAMAccountName` and `userPrincipalName`.',
    ),
  subjectAttribute: attribute()
    .optional()
    .describe(
      'The attribute that identifies a person for good. Default: by preset, `entryUUID`, `objectGUID` or `nsUniqueId`.',
    ),
  attributes: z
    .array(attribute(), 'must be a list')
    .max(50)
    .optional()
    .describe('Attributes that rules can use as claims, beyond those that they name. Default: by preset.'),
  trustEmail: z
    .boolean()
    .default(false)
    .describe('Whether the directory vouches for e-mail addresses: without it, none is copied.'),
  groupStrategy: z
    .enum(['none', 'member-of', 'search', 'in-chain'], 'must be one of none, member-of, search, in-chain')
    .optional()
    .describe(
      'How groups are found: `none`, `member-of` (the person’s entry names them), `search` (their entries name the person), or `in-chain` (the same, and the server follows nested groups; Active Directory). Default: by preset.',
    ),
  groupBaseDn: dn().optional().describe('Where groups are; others do not count. Default: `baseDn`.'),
  groupFilter: filter().optional().describe('Which entries are groups. Default: by preset.'),
  groupMemberAttribute: attribute()
    .optional()
    .describe('The attribute that lists the members: `member`, `uniqueMember`, `memberUid`. Default: `member`.'),
  groupMemberValue: z
    .enum(['dn', 'name'], 'must be dn or name')
    .optional()
    .describe(
      'Whether members are listed as distinguished names (`dn`), or by their first login attribute (`name`, as `memberUid`). Default: `dn`.',
    ),
  groupNameAttribute: attribute()
    .optional()
    .describe('The attribute with the name of a group. Default: by preset, `cn` or `sAMAccountName`.'),
  groupNested: z.boolean().optional().describe('Whether the groups that a group is in count too. Default: `true`.'),
  primaryGroup: z
    .enum(['none', 'primaryGroupID', 'gidNumber'], 'must be none, primaryGroupID or gidNumber')
    .optional()
    .describe(
      'The attribute with the primary group, which is in no list of members: `primaryGroupID`, `gidNumber`, or `none`. Default: by preset.',
    ),
  recheckAfter: z
    .int('must be a whole number of seconds')
    .max(LONGEST_RECHECK, `must be at most ${LONGEST_RECHECK} seconds`)
    .refine(
      (seconds) => seconds === 0 || seconds >= SHORTEST_RECHECK,
      `must be at least ${SHORTEST_RECHECK} seconds, or 0 for never`,
    )
    .default(USUAL_RECHECK)
    .describe(
      'How old the directory’s word may be, in seconds, before a use of a refresh token or browser session of ours asks it again; 0: never. Default: 300.',
    ),
  syncInterval: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .default(0)
    .describe(
      'How often users are synced with the directory ([directories.md](directories.md#directory-sync)), in minutes. Default: 0, which is never.',
    ),
  fullSyncInterval: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .default(USUAL_FULL_SYNC)
    .describe(
      'After what time a sync reads the entries of all people again, not only those that have changed, in minutes; 0: always. Default: 1440, which is a day.',
    ),
  timeout: z.number().min(1).max(30).default(5).describe('How long a server may take to answer, in seconds.'),
};
export type GivenLdap = z.output<z.ZodObject<typeof ldapFields>>;

export function ldapProblems(given: GivenLdap, origin: SettingsOrigin): readonly Problem[] {
  const { ca, caFile, bindPassword, bindPasswordFile, subjectAttribute, startTls, servers } = given;
  const problems: Problem[] = [];
  if (bindPassword === undefined && bindPasswordFile === undefined) {
    problems.push(['bindPassword', origin === 'file' ? 'or bindPasswordFile is needed' : 'is needed']);
  }
  if (bindPassword !== undefined && bindPasswordFile !== undefined) {
    problems.push(['bindPasswordFile', 'cannot be combined with bindPassword']);
  }
  if (ca !== undefined && caFile !== undefined) problems.push(['caFile', 'cannot be combined with ca']);
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----'))
    problems.push(['ca', 'must be PEM certificates']);
  if (startTls && servers.some((url) => parseServer(url)?.isTls)) {
    problems.push(['startTls', 'has no use with ldaps:// servers']);
  }
  if (subjectAttribute !== undefined && NOT_FOR_GOOD.includes(subjectAttribute.toLowerCase())) {
    problems.push([
      'subjectAttribute',
      `must identify a person for good; ${subjectAttribute} may be given to another one`,
    ]);
  }
  return problems;
}

/** Fills in what the preset knows. */
export function readLdap(given: GivenLdap, ca: string | undefined): OpenLdapSettings {
  const { users, groups } = DIRECTORY_PRESETS[given.preset];
  const subjectAttribute = given.subjectAttribute ?? users.subjectAttribute;
  const { primary, ...usual } = groups;
  const primaryGroup = given.primaryGroup ?? primary ?? 'none';
  return {
    kind: 'ldap',
    preset: given.preset,
    servers: given.servers,
    startTls: given.startTls,
    ...(ca !== undefined && { ca }),
    ...(given.serverName !== undefined && { serverName: given.serverName }),
    baseDn: given.baseDn,
    bindDn: given.bindDn,
    users: {
      ...(given.userBaseDn !== undefined && { baseDn: given.userBaseDn }),
      filter: given.userFilter ?? users.filter,
      loginAttributes: given.loginAttributes ?? [...users.loginAttributes],
      subjectAttribute,
      subjectFormat: formatOf(subjectAttribute),
      attributes: given.attributes ?? [...users.attributes],
    },
    groups: {
      strategy: given.groupStrategy ?? usual.strategy,
      ...(given.groupBaseDn !== undefined && { baseDn: given.groupBaseDn }),
      filter: given.groupFilter ?? usual.filter,
      memberAttribute: given.groupMemberAttribute ?? usual.memberAttribute,
      memberValue: given.groupMemberValue ?? usual.memberValue,
      nameAttribute: given.groupNameAttribute ?? usual.nameAttribute,
      nested: given.groupNested ?? usual.nested,
      ...(primaryGroup !== 'none' && { primary: primaryGroup }),
    },
    ...(given.trustEmail && { trustEmail: true }),
    timeoutMs: given.timeout * 1000,
    ...(given.recheckAfter !== USUAL_RECHECK && { recheckAfter: given.recheckAfter }),
    ...(given.syncInterval > 0 && { syncIntervalMs: given.syncInterval * MINUTE }),
    ...(given.fullSyncInterval !== USUAL_FULL_SYNC && { fullSyncIntervalMs: given.fullSyncInterval * MINUTE }),
  };
}

/** What {@link readLdap} makes these settings of. */
export function ldapGivenAgain(settings: OpenLdapSettings): Readonly<Record<string, unknown>> {
  const { users, groups, timeoutMs, syncIntervalMs = 0, fullSyncIntervalMs, ...same } = settings;
  const { subjectFormat: _format, baseDn: userBaseDn, filter: userFilter, ...ofUsers } = users;
  return {
    ...same,
    ...ofUsers,
    ...(userBaseDn !== undefined && { userBaseDn }),
    userFilter,
    groupStrategy: groups.strategy,
    ...(groups.baseDn !== undefined && { groupBaseDn: groups.baseDn }),
    groupFilter: groups.filter,
    groupMemberAttribute: groups.memberAttribute,
    groupMemberValue: groups.memberValue,
    groupNameAttribute: groups.nameAttribute,
    groupNested: groups.nested,
    primaryGroup: groups.primary ?? 'none',
    timeout: timeoutMs / 1000,
    syncInterval: syncIntervalMs / MINUTE,
    ...(fullSyncIntervalMs !== undefined && { fullSyncInterval: fullSyncIntervalMs / MINUTE }),
  };
}

function formatOf(attributeName: string): SubjectFormat {
  return GUIDS.has(attributeName.toLowerCase()) ? 'guid' : 'text';
}
