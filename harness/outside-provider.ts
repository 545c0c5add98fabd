import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { Adapter, AdapterPayload, default as ProviderType } from 'oidc-provider';
import { patientServer } from './patient-server.ts';

export const OUTSIDE_CLIENT = 'rolecall-there';
export const OUTSIDE_SECRET = 'the secret of rolecall at the outside provider';

/** An outside OpenID Connect provider: oidc-provider, answering as Google does (`hd`, `email_verified`, claims in the ID token). */
export interface OutsideProvider {
  readonly issuer: string;
  readonly server: Server;
  /** Claims of the people there, by subject. */
  readonly people: Map<string, Record<string, unknown>>;
  /** Who signs in next; `undefined`: the person declines. */
  next: string | undefined;
  /** People whose accounts there were removed, by subject: their refresh tokens are refused. */
  readonly removed: Set<string>;
  /** What the token endpoint answers in the place of tokens. */
  fault:
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
    | undefined;
  /** How often the token endpoint was asked. */
  tokenRequests: number;
  /** The parameters of the authorization requests so far. */
  readonly requests: URLSearchParams[];
  /** Registers Rolecall as a client; needed before the first sign-in. */
  register(redirectUris: readonly string[], postLogoutRedirectUris?: readonly string[]): void;
  close(): Promise<void>;
}

/** What the provider stores, for as long as it runs. */
function inMemory(): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>();
  return (model) => ({
    upsert: async (id, payload) => void stored.set(`${model} ${id}`, payload),
    find: async (id) => stored.get(`${model} ${id}`),
    findByUid: async (uid) => [...stored.values()].find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined,
    async consume(id) {
      Object.assign(stored.get(`${model} ${id}`) ?? {}, { consumed: Math.floor(Date.now() / 1000) });
    },
    destroy: async (id) => void stored.delete(`${model} ${id}`),
    revokeByGrantId: async () => {},
  });
}

/** The library, without its advice on Node.js versions, which would stand in the output of tests and of the demo. */
async function loadLibrary(): Promise<typeof import('oidc-provider')> {
  const { warn } = console;
  console.warn = (...line: unknown[]) => {
    if (!String(line[0]).includes('Unsupported runtime')) warn.apply(console, line);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}

/** @param host its name. */
export async function startOutsideProvider(host = 'localhost'): Promise<OutsideProvider> {
  const { Provider } = await loadLibrary();
  const server = patientServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'outside', use: 'sig', alg: 'RS256' };
  const people: OutsideProvider['people'] = new Map();
  const makeProvider = (redirectUris: readonly string[], signedOut: readonly string[] = []): ProviderType => {
    const provider = new Provider(issuer, {
      adapter: inMemory(),
      ttl: {
        Interaction: 600,
        Grant: 600,
        Session: 600,
        AccessToken: 600,
        IdToken: 600,
        AuthorizationCode: 60,
        RefreshToken: 600,
      },
      clients: [
        {
          client_id: OUTSIDE_CLIENT,
          client_secret: OUTSIDE_SECRET,
          redirect_uris: [...redirectUris],
          post_logout_redirect_uris: [...signedOut],
          grant_types: ['authorization_code', 'refresh_token'],
        },
      ],
      // As Google does; each works once.
      issueRefreshToken: async () => outside.requests.at(-1)?.get('access_type') === 'offline',
      rotateRefreshToken: true,
      jwks: { keys: [key] },
      cookies: { keys: ['the outside provider signs its cookies'] },
      pkce: { required: () => true },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          async logoutSource(ctx, form) {
            ctx.body = form.replace('</form>', '<button type="submit" name="logout" value="yes">yes</button></form>');
          },
        },
      },
      claims: {
        openid: ['sub', 'hd', 'groups', '_claim_names', 'amr', 'sid', 'unit', 'project', 'oid'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username'],
      },
      extraParams: ['hd', 'access_type'],
      conformIdTokenClaims: false,
      findAccount: async (_ctx, sub) =>
        outside.removed.has(sub) ? undefined : { accountId: sub, claims: async () => ({ sub, ...people.get(sub) }) },
      interactions: { url: (_ctx, interaction) => `/login/${interaction.uid}` },
      async loadExistingGrant(ctx) {
        const { client, session } = ctx.oidc;
        // A code is good only while its grant is that of the session.
        const known = client && session?.grantIdFor(client.clientId);
        if (known !== undefined) return await provider.Grant.find(known);
        const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    return provider;
  };
  let provider = makeProvider(['https://unregistered.example/']);
  const outside: OutsideProvider = {
    issuer,
    server,
    people,
    next: undefined,
    removed: new Set(),
    fault: undefined,
    tokenRequests: 0,
    requests: [],
    register(redirectUris, signedOut) {
      provider = makeProvider(redirectUris, signedOut);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') outside.requests.push(url.searchParams);
    if (url.pathname === '/token') {
      outside.tokenRequests++;
      const { fault } = outside;
      if (fault !== undefined) return void response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    if (!url.pathname.startsWith('/login/')) return void provider.callback()(request, response);
    const { next } = outside;
    const result =
      next === undefined
        ? { error: 'access_denied' }
        : { login: { accountId: next, amr: ['pwd', 'mfa'] }, consent: {} };
    provider.interactionFinished(request, response, result).catch(() => response.destroy());
  });
  return outside;
}
