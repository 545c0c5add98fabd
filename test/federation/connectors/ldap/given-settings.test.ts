import { describe, expect, test } from '@jest/globals';
import { plainAddresses } from '../../../../src/federation/connectors/address-problems.ts';
import {
  ConnectorSettingsError,
  givenAgain,
  readGivenConnector,
} from '../../../../src/federation/connectors/connector-seeds.ts';
import { hasSameSubjects, kindNamed } from '../../../../src/federation/connectors/kinds.ts';
import { connectorShape } from '../../../../src/identity/documents/connector.ts';

const ACCOUNT = '111122223333';
const GIVEN = {
  kind: 'ldap',
  name: 'corp',
  servers: ['ldaps://dc1.corp.example', 'ldaps://dc2.corp.example'],
  baseDn: 'dc=corp,dc=example',
  bindDn: 'cn=reader,dc=corp,dc=example',
  bindPassword: 'secret',
};
const read = (change: object = {}) => readGivenConnector({ ...GIVEN, ...change }, ACCOUNT);
const problems = (change: object): readonly string[] => {
  try {
    read(change);
    return [];
  } catch (error) {
    if (error instanceof ConnectorSettingsError) return error.problems;
    throw error;
  }
};

describe('the settings of a directory', () => {
  test.each(['openldap', 'ad', '389ds'])('what preset %s makes is the same when it is given again', (preset) => {
    const { secret, ...seed } = read({ preset, serverName: 'x.example', userBaseDn: 'ou=p,dc=corp,dc=example' });
    const stored = connectorShape.parse({ ...seed, connectorId: 'c1', createdAt: 1, updatedAt: 1 });
    expect(readGivenConnector({ ...givenAgain(stored), bindPassword: secret }, ACCOUNT)).toEqual({ ...seed, secret });
  });

  test.each<readonly [object, string]>([
    [{ servers: [] }, 'servers: must name a server'],
    [{ servers: ['http://dc1'] }, 'servers.0: must be ldaps://'],
    [{ baseDn: 'corp.example' }, 'baseDn: must be a distinguished name'],
    [{ userFilter: '(uid=*' }, 'userFilter: is not a filter'],
    [{ userFilter: '(cn=L\\c3\\bc)' }, 'userFilter: is not a filter (RFC 4515): write letters beyond ASCII'],
    [{ bindPassword: undefined }, 'bindPassword: is needed'],
    [{ startTls: true }, 'startTls: has no use with ldaps://'],
    [{ ca: 'no certificate' }, 'ca: must be PEM'],
    [{ caFile: '/etc/passwd' }, 'caFile'],
    [{ recheckAfter: 59 }, 'recheckAfter: must be at least 60 seconds, or 0 for never'],
    [{ recheckAfter: 1_209_601 }, 'recheckAfter: must be at most 1209600 seconds'],
    [{ loginAttributes: ['uid)(x'] }, 'loginAttributes.0: must be the name of an attribute'],
  ])('%j is refused', (change, problem) => {
    expect(problems(change).join('\n')).toContain(problem);
  });

  test.each([0, 60, 300, 3600])(
    'the directory is asked again after %s seconds, also when they are given again',
    (recheckAfter) => {
      const { secret: _, ...seed } = read({ recheckAfter });
      const stored = connectorShape.parse({ ...seed, connectorId: 'c1', createdAt: 1, updatedAt: 1 });
      expect({ recheckAfter: 300, ...givenAgain(stored) }).toMatchObject({ recheckAfter });
    },
  );

  test.each(['uid', 'cn', 'mail', 'sAMAccountName', 'userPrincipalName', 'dn'])(
    'S31: %s does not identify a person for good',
    (subjectAttribute) => {
      expect(problems({ subjectAttribute })).toEqual([expect.stringMatching(/^subjectAttribute: must identify/)]);
    },
  );

  test('S40: plain connections are refused unless the operator allows them', () => {
    expect(plainAddresses(read({ servers: ['ldap://dc1'] }), () => false)).toEqual([
      expect.stringMatching(/^servers:/),
    ]);
    expect(plainAddresses(read({ servers: ['ldap://dc1'] }), () => true)).toEqual([]);
    expect(plainAddresses(read({ servers: ['ldap://dc1'], startTls: true }), () => false)).toEqual([]);
    expect(plainAddresses(read(), () => false)).toEqual([]);
  });

  test('S31: the same people only at the same base, by the same attribute, with a server in common', () => {
    const { settings } = read();
    const same = (change: object) => hasSameSubjects(settings, read(change).settings);
    expect(same({ baseDn: 'DC=Corp, DC=example', servers: ['ldaps://DC1.corp.example:636', 'ldaps://dc3'] })).toBe(
      true,
    );
    expect(same({ baseDn: 'dc=other' })).toBe(false);
    expect(same({ subjectAttribute: 'nsUniqueId' })).toBe(false);
    expect(same({ servers: ['ldaps://evil.example'] })).toBe(false);
  });

  test('the password of the service account goes to no other server than before', () => {
    const { settings } = read({ ca: '-----BEGIN CERTIFICATE-----' });
    const moved = (change: object) =>
      kindNamed('ldap').secretMovedBy(settings, read({ ca: '-----BEGIN CERTIFICATE-----', ...change }).settings);
    expect(moved({ servers: ['ldaps://dc1.corp.example'] })).toBeUndefined();
    expect(moved({ servers: [...GIVEN.servers, 'ldaps://evil.example'] })).toBe('servers');
    expect(moved({ servers: ['ldaps://dc1.corp.example:1636'] })).toBe('servers');
    expect(moved({ ca: '-----BEGIN CERTIFICATE----- another' })).toBe('ca');
    expect(moved({ serverName: 'evil.example' })).toBe('serverName');
  });
});
