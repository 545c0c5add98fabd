import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverExtensions } from '../../harness/test-authority.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { metadataDocuments } from '../../src/oidc/features/clients/metadata-documents.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

const directory = temporaryDirectory();
const RESOURCE = 'https://mcp.example/mcp';
const SETTINGS = {
  enabled: true,
  hosts: [],
  scopes: ['openid', 'email', 'offline_access'] as ('openid' | 'email' | 'offline_access')[],
  schemes: ['cursor'],
  resources: [{ resource: RESOURCE, scopes: ['tools'] }],
};

let installation: Installation;
let site: ReturnType<typeof createServer>;
let ca: string;
let host: string;
let documents: Map<string, unknown>;
let fetched: string[];
const idOf = (path: string): string => `https://${host}${path}`;
/** Publishes a client at a path of its own; answers its id. */
let count = 0;
function publish(change: Record<string, unknown> = {}): string {
  const path = `/client-${++count}.json`;
  documents.set(path, {
    client_id: idOf(path),
    client_name: 'Desk Helper',
    redirect_uris: ['http://localhost/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:example:unknown'],
    token_endpoint_auth_method: 'none',
    ...change,
  });
  return idOf(path);
}

beforeAll(async () => {
  const authorities = openTestAuthorities(directory.path);
  const issued = authorities.issue('site', undefined, { extensions: serverExtensions('DNS:localhost') });
  ca = issued.pem;
  documents = new Map();
  site = createServer({ cert: ca, key: readFileSync(issued.keyFile) }, ({ url = '' }, response) => {
    fetched.push(url);
    const document = documents.get(url);
    if (url === '/moved') response.writeHead(302, { location: '/client-1.json' }).end();
    else if (document === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  host = `localhost:${(site.address() as AddressInfo).port}`;
  installation = await install({
    clients: APPS,
    clientIdMetadataDocuments: SETTINGS,
    allowPrivateNetworks: true,
    appAuthorities: ca,
  });
  await installation.addUser('alice');
});
beforeEach(() => {
  fetched = [];
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  directory.remove();
  await installation.close();
});

const REDIRECT = 'http://localhost:51234/callback';
async function open(clientId: string, more: Record<string, string> = {}, at = installation) {
  const config = await discover(at, clientId, null);
  const login = await beginLogin(config, { redirect_uri: REDIRECT, scope: 'openid email', ...more });
  return { config, login, seen: await newPerson(at.url).open(login.url.href) };
}

describe('[OAuth Client ID Metadata Document] a client whose id is the address of its metadata', () => {
  test('[§6] discovery says whether they are accepted', async () => {
    expect((await discover(installation)).serverMetadata()['client_id_metadata_document_supported']).toBe(true);
    const other = await install();
    try {
      const { seen } = await open(publish(), {}, other);
      expect(expectPage(seen).heading).not.toBe('Sign in');
      expect(fetched).toEqual([]);
      const metadata = await (await fetch(`${other.issuer.href}/.well-known/openid-configuration`)).json();
      expect(metadata).not.toHaveProperty('client_id_metadata_document_supported', true);
    } finally {
      await other.close();
    }
  });

  test('[§4] signs people in: consent names its host and that nobody checked it; refresh, resource, one fetch', async () => {
    const id = publish();
    const { config, login, seen } = await open(id, { scope: 'openid email tools offline_access', resource: RESOURCE });
    const consent = expectPage(await typeIn(seen, { user: 'alice' }));
    expect(consent.text).toContain('unverified');
    expect(consent.text).toContain(host);
    expect(consent.text).toContain('Desk Helper');
    const left = expectLeft(await consent.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(config, left, login.checks, { resource: RESOURCE });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: RESOURCE, client_id: id, scope: 'tools' });
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token)).toMatchObject({ aud: RESOURCE, client_id: id });
    expect(fetched).toHaveLength(1);
  });

  test('registered apps are not called unverified', async () => {
    const config = await discover(installation, 'native', null);
    const { url } = await beginLogin(config, { redirect_uri: 'http://127.0.0.1:5000/callback', scope: 'openid' });
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
    expect(consent.text).not.toContain('unverified');
  });

  test.each<[string, Record<string, unknown>]>([
    ['[§4.1] another client_id', { client_id: 'https://other.example/client.json' }],
    ['[§4.1] a secret', { client_secret: 'a secret of some length' }],
    ['[§4.1] an expiry of a secret', { client_secret_expires_at: 0 }],
    ['[§4.1] a method with a shared secret', { token_endpoint_auth_method: 'client_secret_post' }],
    ['no redirect_uris', { redirect_uris: undefined }],
    ['a redirect to a script', { redirect_uris: ['javascript:alert(1)'] }],
    ['a redirect in the clear', { redirect_uris: ['http://app.example/callback'] }],
    ['a redirect with a user name', { redirect_uris: ['https://a@app.example/callback'] }],
    ['redirect_uris that are no texts', { redirect_uris: [{}] }],
    ['[RFC 8252 §7.1] a scheme that is no domain name', { redirect_uris: [REDIRECT, 'windsurf://sign-in/callback'] }],
    ['a home page in the clear', { client_uri: 'http://app.example' }],
    ['too much', { client_name: 'x'.repeat(6000) }],
  ])('%s: refused', async (_, change) => {
    const { seen } = await open(publish(change));
    expect(expectPage(seen).heading).not.toBe('Sign in');
    expect(installation.errors).toEqual([]);
  });

  test('[RFC 8252 §7.1] schemes are as for apps that register themselves: domain names in reverse order, and those of the settings', async () => {
    for (const redirect_uri of ['com.example.desk:/callback', 'cursor://sign-in/callback']) {
      const { seen } = await open(publish({ redirect_uris: [redirect_uri] }), { redirect_uri });
      expect(expectPage(seen).heading).toBe('Sign in');
    }
  });

  test('no address of this server itself', async () => {
    const { seen } = await open(publish({ redirect_uris: [REDIRECT, `${installation.url}/callback`] }));
    expect(expectPage(seen).heading).not.toBe('Sign in');
  });

  test.each([
    ['is missing', () => idOf('/missing')],
    ['[§4] redirects', () => idOf('/moved')],
    ['is not https', () => 'http://localhost/client.json'],
    ['[§3] has dot segments', () => `https://${host}/a/../client-1.json`],
    ['[§3] has a fragment', () => `${idOf('/client-1.json')}#x`],
    ['[§3] has a user name', () => `https://u@${host}/client-1.json`],
    ['is too long', () => idOf(`/${'x'.repeat(1100)}`)],
  ])('whose address %s: refused', async (_, id) => {
    const { seen } = await open(id());
    expect(expectPage(seen).heading).not.toBe('Sign in');
  });

  test.each<[string, Record<string, unknown>]>([
    ['a name that turns around', { client_name: 'Payroll\u202egnp.exe' }],
    ['our name', { client_name: 'Rolecall\u3164' }],
    ['a terms address that turns around', { tos_uri: 'https://new.example/\u202emoc.elpmaxe' }],
    ['a home page in other letters', { client_uri: 'https://\u0440\u0430yroll.example' }],
  ])('[§6] whose document has %s: refused', async (_, change) => {
    const { seen } = await open(publish(change));
    expect(expectPage(seen).heading).not.toBe('Sign in');
  });

  test('cannot give itself more than the settings: PKCE, audience, scopes, grants and claims stay theirs', async () => {
    const id = publish({
      require_pkce: false,
      resources: [{ resource: 'https://orders.example', scopes: ['orders:write'] }],
      access: { openTo: 'account', accountId: '999999999999' },
      mapped_claims: [{ name: 'admin', value: true }],
      grant_types: ['client_credentials', 'implicit'],
      response_types: ['id_token'],
      scope: 'openid groups rolecall',
    });
    const config = await discover(installation, id, null);
    const errorOf = async (more: Record<string, string>, drop: readonly string[] = []) => {
      const { url } = await beginLogin(config, { redirect_uri: REDIRECT, scope: 'openid', ...more });
      for (const name of drop) url.searchParams.delete(name);
      const seen = await newPerson(installation.url).open(url.href);
      return seen.kind === 'left' ? seen.url.searchParams.get('error') : seen.heading;
    };
    expect(await errorOf({})).toBe('Sign in');
    expect(await errorOf({}, ['code_challenge', 'code_challenge_method'])).toBe('invalid_request');
    expect(await errorOf({ resource: 'https://orders.example' })).toBe('invalid_target');
    expect(await errorOf({ scope: 'openid groups' })).toBe('invalid_scope');
    const machine = oidc.clientCredentialsGrant(config);
    await expect(machine).rejects.toMatchObject({ error: expect.any(String) });
  });

  test('[§8.6] [S47] only at hosts that the settings list, and in no private network', async () => {
    for (const change of [
      { allowPrivateNetworks: false },
      { clientIdMetadataDocuments: { ...SETTINGS, hosts: ['ok.example'] } },
    ]) {
      const closed = await install({
        clientIdMetadataDocuments: SETTINGS,
        allowPrivateNetworks: true,
        appAuthorities: ca,
        ...change,
      });
      try {
        const { seen } = await open(publish(), {}, closed);
        expect(expectPage(seen).heading).not.toBe('Sign in');
        expect(fetched).toEqual([]);
      } finally {
        await closed.close();
      }
    }
  });

  test('[§8.6] a network gets so many fetches a minute and no more', async () => {
    const limited = await install({
      clientIdMetadataDocuments: SETTINGS,
      allowPrivateNetworks: true,
      appAuthorities: ca,
    });
    try {
      const ask = (id: string) =>
        fetch(`${limited.issuer.href}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', client_id: id }),
        });
      for (let each = 0; each < 70; each++) expect((await ask(idOf(`/none-${each}`))).status).toBeLessThan(500);
      expect(fetched).toHaveLength(60);
    } finally {
      await limited.close();
    }
  });

  test('our own pages find them without a request of the app, which may have gone to another process', async () => {
    const { features } = metadataDocuments(SETTINGS, { clock: systemClock, clientAddress: () => '192.0.2.1' });
    const allowFetch = features?.clientIdMetadataDocument?.allowFetch as
      | ((ctx: unknown, id: string) => unknown)
      | undefined;
    expect(await allowFetch?.(undefined, 'https://app.example/client.json')).toBe(true);
  });
});
