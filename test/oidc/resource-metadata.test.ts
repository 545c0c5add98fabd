import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APPS } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS });
});
afterAll(() => installation.close());

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(installation.url + path, init);

describe('[RFC 9728 §3] metadata of this server’s own protected resources', () => {
  test.each(['', '/oidc/me', '/oidc/role-credentials'])(
    'of «%s»: the path follows the well-known part',
    async (path) => {
      const answer = await ask(WELL_KNOWN + path, { headers: { origin: 'https://anywhere.example' } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(await answer.json()).toMatchObject({
        resource: installation.url + path,
        authorization_servers: [`${installation.url}/oidc`],
        bearer_methods_supported: expect.arrayContaining(['header']),
      });
    },
  );

  test.each([`${WELL_KNOWN}/oidc`, `${WELL_KNOWN}/other`, `${WELL_KNOWN}x`, `/oidc${WELL_KNOWN}`])(
    '[RFC 9728 §3.3] nothing is at %s, which belongs to no resource here',
    async (path) => expect((await ask(path)).status).toBe(404),
  );

  test('pages may send headers of their own along; nothing else than reading is allowed', async () => {
    const preflight = await ask(`${WELL_KNOWN}/oidc/me`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://anywhere.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('mcp-protocol-version');
    const posted = await ask(`${WELL_KNOWN}/oidc/me`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('is absent for an endpoint that is switched off', async () => {
    const other = await install({ commandLine: { enabled: false, deviceCodes: false, sessionSeconds: 900 } });
    try {
      expect((await fetch(`${other.url}${WELL_KNOWN}/oidc/role-credentials`)).status).toBe(404);
    } finally {
      await other.close();
    }
  });
});

describe('[RFC 9728 §5.1] challenges name the metadata', () => {
  test.each([
    ['user info without a token', '/oidc/me', {}, 2],
    ['user info with an unknown token', '/oidc/me', { headers: { authorization: 'Bearer unknown' } }, 1],
    ['role credentials', '/oidc/role-credentials', { method: 'POST' }, 1],
  ])('%s', async (_, path, init, count) => {
    const answer = await ask(path, init);
    expect([400, 401]).toContain(answer.status);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    const parameter = `resource_metadata="${installation.url}${WELL_KNOWN}${path}"`;
    expect(challenge.split(parameter)).toHaveLength(count + 1);
    expect(await (await fetch(`${installation.url}${WELL_KNOWN}${path}`)).json()).toMatchObject({
      resource: installation.url + path,
    });
  });

  test('other endpoints have none', async () => {
    const answer = await ask('/oidc/token', { method: 'POST', headers: { authorization: 'Basic eDp5' } });
    expect(answer.headers.get('www-authenticate') ?? '').not.toContain('resource_metadata');
  });
});
