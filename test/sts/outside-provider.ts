import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** A real OpenID provider of somebody else (`oidc-provider`), whose pages let everyone in as the person that `login_hint` names. */
export interface OutsideProvider {
  readonly issuer: string;
  /** Signs the person in at the app and returns the ID token. */
  idToken(person: string): Promise<string>;
  close(): Promise<void>;
}

export const OUTSIDE_CLIENT = 'outside-app';
const REDIRECT_URI = 'https://app.example/callback';

export async function startOutsideProvider(): Promise<OutsideProvider> {
  const { Provider } = await import('oidc-provider');
  const server = createServer((request, response) => void handle(request, response));
  let handle: (...args: Parameters<Parameters<typeof createServer>[1] & object>) => unknown = () => {};
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OUTSIDE_CLIENT,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...key, kid: 'outside', alg: 'ES256', use: 'sig' }] },
    cookies: { keys: ['a key of the test'] },
    pkce: { required: () => false },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: KoaContextWithOIDC, { uid }: { uid: string }) => `/let-in/${uid}` },
    findAccount: (_context: KoaContextWithOIDC, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub, groups: ['staff', 'night'] }),
    }),
    claims: { openid: ['sub', 'groups'] },
    conformIdTokenClaims: false,
    ttl: { Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, Interaction: 600, AuthorizationCode: 60 },
    loadExistingGrant: async ({ oidc }: KoaContextWithOIDC) => {
      const grant = new oidc.provider.Grant({ clientId: OUTSIDE_CLIENT, accountId: oidc.session?.accountId as string });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  handle = async (request, response) => {
    if (!request.url?.startsWith('/let-in/')) return callback(request, response);
    const { params } = await provider.interactionDetails(request, response);
    await provider.interactionFinished(request, response, { login: { accountId: String(params['login_hint']) } });
  };

  return {
    issuer,
    async idToken(person) {
      const query = new URLSearchParams({
        client_id: OUTSIDE_CLIENT,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'openid',
        login_hint: person,
      });
      const code = await followToCode(`${issuer}/auth?${query}`);
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: OUTSIDE_CLIENT,
          redirect_uri: REDIRECT_URI,
          code,
        }),
      });
      const { id_token } = (await answer.json()) as { id_token?: string };
      if (id_token === undefined) throw new Error('no ID token came');
      return id_token;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows redirects as a browser does, up to the app's callback. */
async function followToCode(start: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let step = 0; step < 10 && !url.startsWith(REDIRECT_URI); step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    url = new URL(answer.headers.get('location') ?? '', url).href;
  }
  const code = new URL(url).searchParams.get('code');
  if (code === null) throw new Error(`no code came: ${url}`);
  return code;
}
