import { describe, expect, test } from '@jest/globals';
import { registeredApplications } from '../../../src/identity/documents/application.ts';
import { ACCOUNT, install } from '../installation.ts';
import { CALLBACK, openSettings, register } from './registration-scene.ts';

const PUBLIC = { client_name: 'Desk Helper', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };

describe('limits of open registration', () => {
  test('so many from one network in an hour, so many at a time; refused ones do not count', async () => {
    const limited = await install({
      registration: openSettings({}, { perNetworkPerHour: 3, mostApplications: 4 }),
      trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
    });
    const from = (address: string, metadata: unknown = PUBLIC) =>
      register(limited.issuer, metadata, { headers: { 'x-forwarded-for': address } });
    try {
      for (let each = 0; each < 5; each++) expect((await from('192.0.2.1', {})).status).toBe(400);
      for (let each = 0; each < 3; each++) expect((await from('192.0.2.1')).status).toBe(201);
      const refused = await from('192.0.2.1');
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('3600');
      expect(refused.headers.get('access-control-allow-origin')).toBe('*');
      expect((await from('192.0.2.2')).status).toBe(201);
      expect(await from('192.0.2.3')).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
      expect(await limited.identities.registeredApplications.count('key', [ACCOUNT])).toBe(4);
      expect(registeredApplications.counted).toHaveProperty('byVia');
    } finally {
      await limited.close();
    }
  });
});
