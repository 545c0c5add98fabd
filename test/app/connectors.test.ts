import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { syncConnectors } from '../../src/app/login/connectors.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import type { Settings } from '../../src/app/settings/settings.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { readGivenConnector } from '../../src/federation/connectors/connector-seeds.ts';
import { KIND_RULES } from '../../src/federation/connectors/kinds.ts';
import { openConnectorEditor } from '../../src/identity/connectors/edit-connectors.ts';
import { openConnectors } from '../../src/identity/connectors/open-connectors.ts';
import { seedConnectors } from '../../src/identity/connectors/seed-connectors.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { expectPage } from '../oidc/app.ts';
import { ACCOUNT, type Installation, install } from '../oidc/installation.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'rolecall-connectors-'));
const secretFile = join(directory, 'secret');
writeFileSync(secretFile, 'a secret from a file\n');
const KEYCLOAK = {
  name: 'staff',
  preset: 'keycloak',
  issuer: 'https://sso.example.com/realms/staff',
  clientId: 'rolecall',
  clientSecretFile: secretFile,
};
let server: InProcessServer;
let installation: Installation;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_CONFIG: configured([KEYCLOAK]) });
  installation = await install();
});
afterAll(async () => {
  await installation.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

function configured(connectors: readonly object[]): string {
  const path = join(directory, `${connectors.length}.json`);
  writeFileSync(path, JSON.stringify({ federation: { connectors } }));
  return path;
}

function settingsOf(connectors: readonly object[]): Settings {
  return readSettings({ ROLECALL_CONFIG: configured(connectors) }, join(directory, 'none.json'));
}

test('a connector of the configuration file has a button on the sign-in page, and sign-ins are counted', async () => {
  const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
  expect(page.buttons).toContain('Continue with Keycloak');
  const refused = expectPage(
    await newPerson(server.url).open(`${server.url}/federation/staff/callback?code=c&state=s`),
  );
  expect(refused.heading).toBe('Sign-in did not work');
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('rolecall_connector_sign_ins_total{outcome="state"} 1');
});

test('every problem of every connector is named at once, and no secret', () => {
  const load = () =>
    settingsOf([
      { name: 'Bad Name', clientId: 'x', clientSecret: 'do not print' },
      { name: 'google', preset: 'google', clientId: 'x' },
      { name: 'okta', preset: 'okta', clientId: 'x', clientSecret: 's', clientSecretFile: 's', domains: ['no domain'] },
      { name: 'okta', preset: 'oktaa', clientId: 'x' },
      { ...KEYCLOAK, name: 'a', rules: { condition: { StringEqual: { 'login:a': 'b' } } } },
      { ...KEYCLOAK, name: 'c', isuer: 'https://sso.example.com' },
      { ...KEYCLOAK, name: 'd', kind: 'carrier-pigeon' },
      { ...KEYCLOAK, name: 'b', rules: { condition: { StringEquals: { 'aws:SourceIp': 'b' } } } },
    ]);
  let problems: readonly string[] = [];
  try {
    load();
  } catch (error) {
    problems = (error as ConfigError).problems;
  }
  const text = problems.join('\n');
  for (const expected of [
    'federation.connectors[Bad Name].name: must be 1 to 63 lower-case letters, digits and hyphens',
    'federation.connectors[google].hostedDomains: is needed',
    'federation.connectors[google].clientSecret: or clientSecretFile is needed',
    'must be a domain such as example.com',
    'federation.connectors[a].rules.condition: is not a valid Condition of a policy: operator StringEqual',
    'federation.connectors[b].rules.condition: the key aws:SourceIp has no value at a sign-in',
    'federation.connectors[c].isuer: is not a known key; did you mean federation.connectors[].issuer?',
    'federation.connectors[d].kind: must be one of oidc',
    'must be one of oidc, google, entra, okta, keycloak, gitlab, auth0, cognito',
  ]) {
    expect(text).toContain(expected);
  }
  expect(text).not.toContain('do not print');
});

test('secrets are read from files and sealed; what left the file is disabled once; what cannot work is refused', async () => {
  const { identities, keyRing } = installation;
  const warnings: unknown[] = [];
  const random = { bytes: (length: number) => Buffer.alloc(length, 1) };
  const deps = { store: identities, sealer: keyRing.sealer, clock: { now: () => 1000 }, random };
  const log = { warn: (_message: string, facts?: object) => void warnings.push(facts) };
  const sync = (connectors: readonly object[]): Promise<void> =>
    syncConnectors(deps, settingsOf(connectors), { accountId: ACCOUNT, log });

  await sync([KEYCLOAK]);
  await sync([KEYCLOAK]);
  const stored = await identities.connectors.get([ACCOUNT, 'staff']);
  expect(stored).toMatchObject({ displayName: 'Keycloak', enabled: true, createdAt: 1000 });
  expect(JSON.stringify(stored)).not.toContain('a secret from a file');
  await sync([]);
  await sync([]);
  expect(warnings).toEqual([{ connectors: ['staff'] }]);
  expect(await identities.connectors.get([ACCOUNT, 'staff'])).toMatchObject({ disabledAt: 1000 });

  const plain = { ...KEYCLOAK, issuer: 'http://sso.example.com/realms/staff' };
  await expect(sync([plain])).rejects.toThrow('federation.connectors[staff].issuer: must begin with https://');
  const lost = { ...KEYCLOAK, clientSecretFile: join(directory, 'lost') };
  await expect(sync([lost])).rejects.toThrow('federation.connectors[staff].clientSecretFile');
  const elsewhere = { ...KEYCLOAK, accountId: '999999999999', name: 'elsewhere' };
  await expect(sync([elsewhere])).rejects.toThrow('there is no account 999999999999');
  await expect(sync([elsewhere])).rejects.toThrow(ConfigError);
});

describe('a connector that the API manages', () => {
  const given = (name: string, domains: readonly string[] = []) =>
    readGivenConnector(
      { name, domains, issuer: 'https://api.example.com', clientId: 'rolecall', clientSecret: 'of the API' },
      ACCOUNT,
    );
  const warnings: unknown[] = [];
  const parts = () => {
    const { identities: store, keyRing } = installation;
    const clock = { now: () => 1000 };
    return { store, sealer: keyRing.sealer, clock, random: systemRandom(), ...KIND_RULES };
  };
  const sync = (connectors: readonly object[]): Promise<void> => {
    const log = { warn: (_message: string, facts?: object) => void warnings.push(facts) };
    return syncConnectors(parts(), settingsOf(connectors), { accountId: ACCOUNT, log });
  };

  test('is left alone by the file, which cannot take its name or its domains', async () => {
    const editor = openConnectorEditor(parts());
    const created = await editor.create(given('by-api', ['api.example.com']));
    await sync([KEYCLOAK]);
    await sync([]);
    expect(warnings).toEqual([{ connectors: ['staff'] }]);
    const stored = await installation.identities.connectors.get([ACCOUNT, 'by-api']);
    expect(stored).toEqual(created);
    expect(JSON.stringify(stored)).not.toContain('of the API');
    await expect(sync([{ ...KEYCLOAK, name: 'by-api' }, KEYCLOAK])).rejects.toThrow(
      `federation.connectors[by-api]: the name is taken by a connector that was created by the API (account ${ACCOUNT}): choose another, or delete that one`,
    );
    await expect(sync([{ ...KEYCLOAK, domains: ['api.example.com'] }])).rejects.toThrow(
      'federation.connectors[staff]: domains: api.example.com belongs to another connector',
    );
    expect(await installation.identities.connectors.get([ACCOUNT, 'by-api'])).toEqual(created);
  });

  test('appears between check and sync: the file still does not take it over', async () => {
    const deps = parts();
    await openConnectorEditor(deps).create(given('late'));
    await expect(seedConnectors(deps, [{ ...given('late'), secret: 'of the file' }])).rejects.toThrow(
      'connector late: the name is taken by a connector that was created by the API',
    );
  });

  test('is not changed from an outdated view, and no two versions look alike', async () => {
    const editor = openConnectorEditor(parts());
    const created = await editor.create(given('busy'));
    if (created === undefined) throw new Error('the name was taken');
    expect(await editor.create(given('busy'))).toBeUndefined();
    const changed = await editor.replace(created, { ...given('busy'), displayName: 'First' });
    expect(changed).toMatchObject({ displayName: 'First', connectorId: created.connectorId, createdAt: 1000 });
    expect(changed?.updatedAt).toBeGreaterThan(created.updatedAt);
    expect(await editor.replace(created, { ...given('busy'), displayName: 'Second' })).toBeUndefined();
    expect(await editor.remove(created)).toBe(false);
    expect(changed && (await editor.remove(changed))).toBe(true);
    expect(changed && (await editor.replace(changed, given('busy')))).toBeUndefined();
  });

  test('other processes see each change by the feed', async () => {
    const { identities, ephemeral } = installation;
    const editor = openConnectorEditor({ ...parts(), store: announceChanges(identities, ephemeral) });
    const other = openConnectors({ store: identities, feed: ephemeral, clock: { now: () => 1000 } });
    const seen = async () => (await other.enabled()).find(({ name }) => name === 'seen')?.displayName;
    expect(await seen()).toBeUndefined();
    const created = await editor.create(given('seen'));
    expect(await seen()).toBe('Single sign-on');
    const changed = created && (await editor.replace(created, { ...given('seen'), displayName: 'Seen' }));
    expect(await seen()).toBe('Seen');
    const disabled = changed && (await editor.replace(changed, { ...given('seen'), enabled: false }));
    expect(await seen()).toBeUndefined();
    expect(disabled && (await editor.remove(disabled))).toBe(true);
    other.close();
  });

  test('S31: another issuer or subject claim makes its people new, and the same name again too', async () => {
    const editor = openConnectorEditor(parts());
    const created = await editor.create(given('moving'));
    if (created === undefined) throw new Error('the name was taken');
    const seed = given('moving');
    const moved = await editor.replace(created, {
      ...seed,
      settings: Object.assign({ ...seed.settings }, { issuer: 'https://else.example.com' }),
    });
    expect(moved?.connectorId).not.toBe(created.connectorId);
    expect(moved && editor.secretOf(moved)).toBe('of the API');
    expect(moved && (await editor.remove(moved))).toBe(true);
    const again = await editor.create(given('moving'));
    expect([created.connectorId, moved?.connectorId]).not.toContain(again?.connectorId);
  });

  test('documents of versions that knew only the file are of the file; one that left it can be deleted', async () => {
    const deps = parts();
    await sync([KEYCLOAK]);
    const key = [ACCOUNT, 'staff'];
    await deps.store.connectors.update(key, ({ origin: _origin, ...old }) => old);
    await sync([KEYCLOAK]);
    expect((await deps.store.connectors.get(key))?.origin).toBeUndefined();
    await sync([]);
    const left = await deps.store.connectors.get(key);
    expect(left?.disabledAt).toBe(1000);
    expect(left && (await openConnectorEditor(deps).remove(left))).toBe(true);
  });
});
