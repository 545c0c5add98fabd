import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const LDAP = {
  Servers: ['ldaps://127.0.0.1:1'],
  BaseDn: 'dc=corp,dc=example',
  BindDn: 'cn=reader,dc=corp,dc=example',
  BindPassword: 'a password of the service account',
};

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess({});
});
afterAll(() => server.close());

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const { body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  return JSON.parse(body) as Record<string, unknown>;
}
const messageOf = async (operation: string, input: object) => JSON.stringify(await call(operation, input));

describe('LDAP connectors by the API', () => {
  test('[S47] private addresses are not reached unless the operator allows it, and nothing is saved', async () => {
    const refused = await messageOf('CreateConnector', { Name: 'inside', Ldap: LDAP });
    expect(refused).toContain('ConnectorUnusable');
    expect(refused).toContain('ldaps://127.0.0.1:1: has no address that connectors may reach');
    expect(await messageOf('GetConnector', { Name: 'inside' })).toContain('NoSuchConnector');
  });

  test('[S40] plain connections are refused', async () => {
    const plain = { ...LDAP, Servers: ['ldap://dc1.corp.example'] };
    expect(await messageOf('CreateConnector', { Name: 'plain', Enabled: false, Ldap: plain })).toContain(
      'servers: must begin with ldaps://, unless startTls is set',
    );
  });

  test('everything is shown but the password', async () => {
    const created = await call('CreateConnector', { Name: 'corp', Enabled: false, Ldap: { ...LDAP, Preset: 'AD' } });
    expect(created['Connector']).toMatchObject({
      Kind: 'LDAP',
      Ldap: {
        Preset: 'AD',
        SubjectAttribute: 'objectGUID',
        GroupStrategy: 'IN_CHAIN',
        PrimaryGroup: 'PRIMARY_GROUP_ID',
      },
    });
    expect(JSON.stringify(created)).not.toContain(LDAP.BindPassword);
  });

  test('a change keeps the rest; another server needs the password again', async () => {
    const changed = await call('UpdateConnector', {
      Name: 'corp',
      Ldap: { GroupStrategy: 'MEMBER_OF', SyncInterval: 60 },
    });
    expect(changed['Connector']).toMatchObject({
      Ldap: { GroupStrategy: 'MEMBER_OF', SyncInterval: 60, Preset: 'AD' },
    });
    const moved = await messageOf('UpdateConnector', { Name: 'corp', Ldap: { Servers: ['ldaps://evil.example'] } });
    expect(moved).toContain('bindPassword: is needed, because the servers changes');
  });

  test('a sync needs an enabled connector with a list of people', async () => {
    expect(await messageOf('StartSync', { Name: 'corp' })).toContain('the connector is disabled');
    expect(await messageOf('StartSync', { Name: 'none' })).toContain('NoSuchConnector');
    expect(await call('GetSync', { Name: 'corp' })).toEqual({});
  });
});
