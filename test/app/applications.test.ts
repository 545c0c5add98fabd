import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { configuredApplications, syncApplications } from '../../src/app/login/applications.ts';
import { samlSettingsShape } from '../../src/bridge/settings.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { oidcSettingsShape } from '../../src/oidc/settings.ts';
import { ACCOUNT, type Installation, install } from '../oidc/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation.close());

const warnings: unknown[] = [];
const log = { warn: (message: string, facts?: object) => void warnings.push([message, facts]) };

function sync(clients: readonly object[], applications: readonly object[] = []): Promise<void> {
  const { identities: store, keyRing, oidc } = installation;
  const settings = { oidc: oidcSettingsShape.parse({ clients }), saml: samlSettingsShape.parse({ applications }) };
  const deps = { store, sealer: keyRing.sealer, clock: systemClock, refusalOf: oidc.refusalOf, log };
  return syncApplications(deps, configuredApplications(settings, ACCOUNT));
}

const client = (client_id: string, more: object = {}) => ({
  client_id,
  token_endpoint_auth_method: 'none',
  redirect_uris: ['https://app.example/callback'],
  ...more,
});
const saml = (id: string, more: object = {}) => ({
  id,
  entityId: `https://${id}.example/saml`,
  acs: [{ url: `https://${id}.example/saml/acs` }],
  ...more,
});

test('clients no longer in the file are disabled and named once; an invalid client prevents the start', async () => {
  await sync([client('app'), client('spa'), client('native')]);
  expect(warnings).toEqual([]);
  for (let start = 0; start < 2; start++) await sync([client('app')]);
  expect(warnings.splice(0)).toEqual([
    [
      expect.stringContaining('clients removed from the configuration file are now disabled'),
      { clients: ['native', 'spa'] },
    ],
  ]);
  const refused = sync([client('app'), client('odd', { scope: 'all' })]);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow('oidc.clients[odd]: ');
  expect(warnings).toEqual([]);
});

test('SAML applications are stored with their defaults; one that leaves the file gives its entity id free', async () => {
  const stored = (id: string) => installation.identities.applications.get([ACCOUNT, id]);
  await sync([], [saml('wiki')]);
  const wiki = await stored('wiki');
  expect(wiki).toMatchObject({
    displayName: 'wiki',
    entityId: 'https://wiki.example/saml',
    openTo: 'account',
    origin: 'file',
    settings: {
      protocol: 'SAML',
      acs: [{ url: 'https://wiki.example/saml/acs', index: 0, isDefault: true }],
      nameId: { format: 'persistent' },
      signAssertion: true,
      signatureAlgorithm: 'RSA_SHA256',
    },
  });
  await sync([], [saml('wiki')]);
  expect(await stored('wiki')).toEqual(wiki);
  await sync([], [saml('wiki2', { entityId: 'https://wiki.example/saml' })]);
  expect(warnings.splice(0)).toContainEqual([
    expect.stringContaining('applications removed from the configuration file are now disabled'),
    { applications: ['wiki'] },
  ]);
  expect((await stored('wiki'))?.disabledAt).toEqual(expect.any(Number));
  expect((await stored('wiki2'))?.entityId).toBe('https://wiki.example/saml');
});

test('each start names the applications whose NameID people can change, which could be saved before', async () => {
  await sync([], [saml('old')]);
  warnings.splice(0);
  expect(() => sync([], [saml('old', { nameId: { value: '${user:nickname}' } })])).toThrow('must not have');
  await installation.identities.applications.update([ACCOUNT, 'old'], (old) => ({
    ...old,
    origin: 'api',
    settings: { ...old.settings, nameId: { format: 'persistent', value: '${user:nickname}' } } as typeof old.settings,
  }));
  await sync([]);
  expect(warnings.splice(0)).toEqual([
    [expect.stringContaining('whose NameID people can change are refused'), { applications: ['old'] }],
  ]);
  await installation.identities.applications.update([ACCOUNT, 'old'], (old) => ({ ...old, disabledAt: 1 }));
  await sync([]);
  expect(warnings).toEqual([]);
});

test('ids are unique over protocols and accounts, and what the API manages is never taken over', async () => {
  await sync([client('shop')], []);
  await expect(sync([], [saml('shop')])).rejects.toThrow(
    'saml.applications[shop]: this id is taken by an application with the protocol OIDC',
  );
  await expect(sync([client('shop')], [saml('rolecall2', { accountId: '999999999999' })])).rejects.toThrow(
    'saml.applications[rolecall2]: there is no account 999999999999 (accountId)',
  );
  await installation.identities.applications.update([ACCOUNT, 'shop'], (old) => ({ ...old, origin: 'api' }));
  await expect(sync([client('shop')])).rejects.toThrow(
    'oidc.clients[shop]: this client id is taken by an application that was created by the API',
  );
  await sync([]);
  expect((await installation.identities.applications.get([ACCOUNT, 'shop']))?.disabledAt).toBeUndefined();
});

test('assignments and tags are kept when the file changes an application', async () => {
  const key = [ACCOUNT, 'kept'];
  await sync([client('kept', { open_to: 'assigned' })]);
  const { applications } = installation.identities;
  const assigned = { assignments: { users: ['AIDA1'], groups: [] }, tags: [{ key: 'team', value: 'red' }] };
  await applications.update(key, (old) => ({ ...old, ...assigned }));
  await sync([client('kept', { open_to: 'assigned', client_name: 'Kept' })]);
  expect(await applications.get(key)).toMatchObject({ ...assigned, displayName: 'Kept', openTo: 'assigned' });
});
