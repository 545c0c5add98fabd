import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { syncConnectors } from '../../src/app/login/connectors.ts';
import { readSettings } from '../../src/app/read-settings.ts';
import type { Settings } from '../../src/app/settings.ts';
import { ConfigError } from '../../src/config/load-config.ts';
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
