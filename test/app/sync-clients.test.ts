import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { syncClients } from '../../src/app/sync-clients.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { APPS } from '../oidc/app.ts';
import { ACCOUNT, type Installation, install } from '../oidc/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation.close());

const warnings: unknown[] = [];
const log = { warn: (message: string, facts?: object) => void warnings.push([message, facts]) };

test('clients no longer in the file are disabled and named once; an invalid client prevents the start', async () => {
  await syncClients(installation.oidc, APPS, log);
  expect(warnings).toEqual([]);
  for (let start = 0; start < 2; start++) await syncClients(installation.oidc, APPS.slice(0, 2), log);
  expect(warnings).toEqual([[expect.stringContaining('are now disabled'), { clients: ['machine', 'native'] }]]);
  const odd = {
    accountId: ACCOUNT,
    clientId: 'odd',
    metadata: { redirect_uris: ['https://a.example/'], scope: 'all' },
  };
  const refused = syncClients(installation.oidc, [...APPS, odd], log);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow('oidc.clients[odd]: ');
  expect(warnings).toHaveLength(1);
});
