import { DIRECTORY_PRESETS } from '../../../src/federation/connectors/ldap/directory-presets.ts';
import type { Connector } from '../../../src/identity/documents/connector.ts';

export const ACCOUNT = '123456789012';
const { users, groups } = DIRECTORY_PRESETS.openldap;

/** A connector to a directory that need not exist. */
export function connectorNamed(name: string, connectorId: string): Connector {
  return {
    accountId: ACCOUNT,
    name,
    connectorId,
    displayName: name,
    settings: {
      kind: 'ldap',
      preset: 'openldap',
      servers: ['ldaps://ldap.example'],
      startTls: false,
      baseDn: 'dc=example',
      bindDn: 'cn=reader,dc=example',
      users: { ...users, loginAttributes: ['uid'], attributes: [] },
      groups,
      timeoutMs: 1000,
      sealedSecret: 'sealed',
    },
    rules: {
      userName: ['uid'],
      displayName: [],
      email: [],
      groups: { claim: 'groups', map: [{ value: 'team', group: 'Team' }], always: [] },
    },
    domains: [],
    hasButton: true,
    enabled: true,
    createdAt: 1,
    updatedAt: 1,
  };
}
