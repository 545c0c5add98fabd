import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverExtensions } from '../../harness/test-authority.ts';
import { openMcpServer, type ProtectedMcpServer } from './mcp-server.ts';
import { openScene, picture, type Scene, signIn } from './openid-scene.ts';

/** docs/mcp.md by the official TypeScript SDK: its server protects a tool, and its client finds out everything else by itself. */
const directory = temporaryDirectory();
/** Registered in advance, with a port that no run of it listens on. */
const REGISTERED = 'desk-helper';

let scene: Scene;
let mcp: ProtectedMcpServer;
let site: Server;
/** The address of a client's metadata document. */
let documentUrl: string;

beforeAll(async () => {
  const tls = openTestAuthorities(directory.path).issue('site', undefined, {
    extensions: serverExtensions('DNS:localhost'),
  });
  site = createSecureServer({ cert: tls.pem, key: readFileSync(tls.keyFile) }, (_, response) => {
    const document = { client_id: documentUrl, client_name: 'Desk Helper by address', ...METADATA };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  documentUrl = `https://localhost:${(site.address() as AddressInfo).port}/client.json`;
  mcp = await openMcpServer();
  const resources = [{ resource: mcp.url.href, scopes: ['tools'] }];
  scene = await openScene({
    clients: [{ client_id: REGISTERED, client_name: 'Desk Helper', ...METADATA, resources }],
    oidc: {
      registration: { mode: 'open', resources },
      clientIdMetadataDocuments: { enabled: true, resources },
      allowPrivateNetworks: true,
    },
    env: { NODE_EXTRA_CA_CERTS: tls.certFile },
  });
  await mcp.trust(`${scene.server.url}/oidc`);
});
afterAll(async () => {
  await scene?.close();
  await mcp?.close();
  site.closeAllConnections();
  site.close();
  directory.remove();
});

const METADATA = {
  redirect_uris: ['http://localhost/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** What an MCP client keeps, and its callback on the loopback address, at whatever port is free. */
interface DesktopClient extends OAuthClientProvider {
  readonly kept: {
    client?: OAuthClientInformationMixed | undefined;
    tokens?: OAuthTokens | undefined;
    opened?: URL;
  };
  /** The code, once the browser has come back. */
  readonly code: Promise<string>;
  close(): void;
}

async function openClient(known: {
  client?: OAuthClientInformationMixed;
  documentUrl?: string;
}): Promise<DesktopClient> {
  let arrived: (code: string) => void = () => {};
  const code = new Promise<string>((resolve) => {
    arrived = resolve;
  });
  const callback = createServer((request, response) => {
    const sent = new URL(request.url ?? '', 'http://localhost').searchParams.get('code');
    if (sent !== null) arrived(sent);
    response.end('You may close this window.');
  });
  await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', resolve));
  const redirectUrl = `http://localhost:${(callback.address() as AddressInfo).port}/callback`;
  const kept: DesktopClient['kept'] = { client: known.client };
  let verifier = '';
  return {
    kept,
    code,
    redirectUrl,
    clientMetadata: { client_name: 'Desk Helper', ...METADATA, redirect_uris: [redirectUrl] },
    ...(known.documentUrl !== undefined && { clientMetadataUrl: known.documentUrl }),
    state: () => 'a state',
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client;
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens;
    },
    redirectToAuthorization: (url) => {
      kept.opened = url;
    },
    saveCodeVerifier: (text) => {
      verifier = text;
    },
    codeVerifier: () => verifier,
    close: () => void callback.close(),
  };
}

/** Calls the tool with the tokens that the client has, or gets by itself. */
async function whoami(authProvider: DesktopClient): Promise<unknown> {
  const client = new Client({ name: 'desk-helper', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(mcp.url, { authProvider }) as never);
  try {
    const { content } = (await client.callTool({ name: 'whoami', arguments: {} })) as { content: { text: string }[] };
    return JSON.parse(content[0]?.text ?? '');
  } finally {
    await client.close();
  }
}

/** The person opens the address that the client was to open, signs in and agrees. Answers the text of the consent page. */
async function signInFor(desktop: DesktopClient): Promise<string> {
  const context = await scene.newContext('desktop');
  const page = await context.newPage();
  await page.goto(desktop.kept.opened?.href ?? '');
  await signIn(page, { account: scene.server.accountAlias, ...scene.person });
  const allow = page.getByRole('button', { name: /^allow/i });
  await allow.waitFor();
  await picture(page, 'consent-mcp-desktop');
  const text = (await page.locator('main').textContent()) ?? '';
  await allow.click();
  const transport = new StreamableHTTPClientTransport(mcp.url, { authProvider: desktop });
  await transport.finishAuth(await desktop.code);
  await context.close();
  return text;
}

const WAYS: readonly (readonly [string, () => Parameters<typeof openClient>[0], RegExp])[] = [
  ['that registers itself', () => ({}), /^reg-/],
  ['with a client ID metadata document', () => ({ documentUrl }), /^https:\/\/localhost:\d+\/client\.json$/],
  ['that is registered in advance', () => ({ client: { client_id: REGISTERED } }), /^desk-helper$/],
];

describe.each(WAYS)('[RFC 9728, RFC 8414, RFC 8707] an MCP client %s', (_, known, clientId) => {
  let desktop: DesktopClient;
  beforeAll(async () => {
    desktop = await openClient(known());
  });
  afterAll(() => desktop?.close());

  test('finds the authorization server, and opens the browser with PKCE and the resource', async () => {
    await expect(whoami(desktop)).rejects.toThrow(UnauthorizedError);
    const sent = desktop.kept.opened?.searchParams;
    expect(sent?.get('client_id')).toMatch(clientId);
    expect(sent?.get('code_challenge_method')).toBe('S256');
    expect(sent?.get('resource')).toBe(mcp.url.href);
    expect(sent?.get('redirect_uri')).toBe(desktop.redirectUrl);
  });

  test('signs in, at a loopback address with a port of its own, and calls the tool', async () => {
    const consent = await signInFor(desktop);
    expect(consent).toContain('Desk Helper');
    expect(consent.includes('This app is unverified')).toBe(desktop.kept.client?.client_id !== REGISTERED);
    const token = desktop.kept.tokens?.access_token ?? '';
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt');
    const { aud, sub, scope } = decodeJwt(token);
    expect({ aud, scope }).toEqual({ aud: mcp.url.href, scope: 'tools' });
    expect(await whoami(desktop)).toEqual({ sub, client: desktop.kept.client?.client_id });
  });

  test('[S06] renews a token that the MCP server no longer takes, without the person', async () => {
    const { kept } = desktop;
    const before = kept.tokens;
    if (before === undefined) throw new Error('it has not signed in');
    kept.tokens = { ...before, access_token: `${before.access_token.slice(0, -8)}AAAAAAAA` };
    delete kept.opened;
    expect(await whoami(desktop)).toMatchObject({ client: kept.client?.client_id });
    expect(kept.opened).toBeUndefined();
    expect(kept.tokens?.refresh_token).not.toBe(before.refresh_token);
    expect(decodeJwt(kept.tokens?.access_token ?? '').aud).toBe(mcp.url.href);
  });
});
