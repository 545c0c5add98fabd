import type { ProvisioningRules } from '../../../identity/documents/connector.ts';
import type { LdapConnectorSettings } from '../../../identity/documents/connectors/ldap-settings.ts';

type Users = LdapConnectorSettings['users'];
type Groups = LdapConnectorSettings['groups'];

/** What is known of a kind of directory; anything may be set otherwise in the configuration. */
export interface DirectoryPreset {
  readonly displayName: string;
  readonly users: Omit<Users, 'baseDn'>;
  readonly groups: Omit<Groups, 'baseDn'>;
  /** What lists members beside `groups.memberAttribute`, by other object classes of the filter. */
  readonly furtherMembers?: readonly string[];
  readonly rules: Pick<ProvisioningRules, 'userName' | 'displayName' | 'email'>;
}

const ATTRIBUTES = [
  'mail',
  'cn',
  'displayName',
  'givenName',
  'sn',
  'title',
  'department',
  'employeeNumber',
  'employeeType',
];

/** The directories that have a name in the configuration. */
export const DIRECTORY_PRESETS: Readonly<Record<LdapConnectorSettings['preset'], DirectoryPreset>> = {
  openldap: {
    displayName: 'Directory',
    users: {
      filter: '(objectClass=inetOrgPerson)',
      loginAttributes: ['uid'],
      subjectAttribute: 'entryUUID',
      subjectFormat: 'text',
      attributes: ATTRIBUTES,
    },
    groups: {
      strategy: 'search',
      filter: '(objectClass=groupOfNames)',
      memberAttribute: 'member',
      memberValue: 'dn',
      nameAttribute: 'cn',
      nested: true,
    },
    rules: { userName: ['uid'], displayName: ['displayName', 'cn'], email: ['mail'] },
  },
  ad: {
    displayName: 'Active Directory',
    users: {
      filter: '(&(objectCategory=person)(objectClass=user))',
      loginAttributes: ['sAMAccountName', 'userPrincipalName'],
      subjectAttribute: 'objectGUID',
      subjectFormat: 'guid',
      attributes: ATTRIBUTES,
    },
    groups: {
      strategy: 'in-chain',
      // Distribution groups grant nothing in Windows, and more people may change them.
      filter: '(&(objectClass=group)(groupType:1.2.840.113556.1.4.803:=2147483648))',
      memberAttribute: 'member',
      memberValue: 'dn',
      nameAttribute: 'sAMAccountName',
      nested: true,
      primary: 'primaryGroupID',
    },
    rules: { userName: ['sAMAccountName'], displayName: ['displayName', 'cn'], email: ['mail'] },
  },
  '389ds': {
    displayName: 'Directory',
    users: {
      filter: '(objectClass=person)',
      loginAttributes: ['uid'],
      subjectAttribute: 'nsUniqueId',
      subjectFormat: 'text',
      attributes: ATTRIBUTES,
    },
    groups: {
      strategy: 'search',
      filter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))',
      memberAttribute: 'member',
      memberValue: 'dn',
      nameAttribute: 'cn',
      nested: true,
    },
    furtherMembers: ['uniqueMember'],
    rules: { userName: ['uid'], displayName: ['displayName', 'cn'], email: ['mail'] },
  },
};
