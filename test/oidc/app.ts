import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { ACCOUNT, type Installation, PASSWORD } from './installation.ts';

export const REDIRECT_URI = 'https://app.example/callback';
export const SECRET = 'a client secret of forty-three characters!!';

/** The apps of the tests, as they are put in. */
export const APPS = [
  {
    accountId: ACCOUNT,
    clientId: 'app',
    clientSecret: SECRET,
    metadata: {
      client_name: 'The App',
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: ['https://app.example/bye'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    resources: [{ resource: 'https://orders.example', scopes: ['orders:read', 'orders:write'] }],
  },
  {
    accountId: ACCOUNT,
    clientId: 'spa',
    metadata: {
      client_name: 'Browser App',
      redirect_uris: ['https://spa.example/callback'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
  },
  {
    accountId: ACCOUNT,
    clientId: 'native',
    metadata: {
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback', 'com.example.app:/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    },
  },
  {
    accountId: ACCOUNT,
    clientId: 'machine',
    clientSecret: SECRET,
    metadata: { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
    resources: [{ resource: 'https://orders.example', scopes: ['orders:read'] }],
  },
];

/** An app as openid-client plays it, set up by discovery alone. */
export function discover(
  installation: Installation,
  clientId = 'app',
  secret: string | null = SECRET,
): Promise<oidc.Configuration> {
  const authentication = secret === null ? oidc.None() : oidc.ClientSecretBasic(secret);
  return oidc.discovery(installation.issuer, clientId, undefined, authentication, {
    execute: [oidc.allowInsecureRequests],
  });
}

export interface Login {
  readonly url: URL;
  readonly checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string };
}

/** An authorization request and what the app keeps to check its answer. */
export async function beginLogin(config: oidc.Configuration, more: Record<string, string> = {}): Promise<Login> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email groups offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

export function expectPage(seen: Seen): PageSeen {
  if (seen.kind === 'left') throw new Error(`a page was expected, but the server redirected to ${seen.url}`);
  return seen;
}

export function expectLeft(seen: Seen): URL {
  if (seen.kind === 'page') throw new Error(`not sent to the app, but «${seen.heading}»: ${seen.text}`);
  return seen.url;
}

export interface Typed {
  readonly account?: string;
  readonly user: string;
  readonly password?: string;
}

/** Types name and password into the sign-in page. */
export async function typeIn(page: Seen, { account = ACCOUNT, user, password = PASSWORD }: Typed): Promise<Seen> {
  return expectPage(page).submit('sign in', { account, 'user name': user, password });
}

/** A whole login: sign-in, consent, tokens. */
export async function logIn(
  installation: Installation,
  config: oidc.Configuration,
  options: { user: string; account?: string; person?: Person; more?: Record<string, string> },
): Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers> {
  const { user, account = ACCOUNT, person = newPerson(installation.url), more = {} } = options;
  const login = await beginLogin(config, more);
  let seen = await person.open(login.url.href);
  if (seen.kind === 'page' && seen.heading === 'Sign in') seen = await typeIn(seen, { account, user });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  const { resource } = more;
  return oidc.authorizationCodeGrant(
    config,
    expectLeft(seen),
    login.checks,
    resource === undefined ? {} : { resource },
  );
}

/** Does something while every form that is posted carries another CSRF token, or comes from another origin. */
export async function withForgedForms<Value>(
  forgery: { csrf?: string; origin?: string },
  act: () => Promise<Value>,
): Promise<Value> {
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) => {
    if (init.method !== 'POST') return direct(input, init);
    const body =
      forgery.csrf === undefined ? init.body : String(init.body).replace(/csrf=[^&]*/, `csrf=${forgery.csrf}`);
    const headers = { ...(init.headers as Record<string, string>), ...(forgery.origin && { origin: forgery.origin }) };
    return direct(input, { ...init, headers, body: body ?? null });
  };
  try {
    return await act();
  } finally {
    globalThis.fetch = direct;
  }
}
