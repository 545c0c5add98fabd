import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const STAND_IN_CLIENT = 'Iv1.rolecall';
export const STAND_IN_SECRET = 'a secret at the stand-in';

/** What the API of a person's account answers, by path. */
type Account = Readonly<Record<string, unknown>>;

interface Grant {
  readonly account: string;
  readonly redirectUri: string | null;
  readonly challenge: string | null;
  readonly clientId: string | null;
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

/**
 * Stands in for GitHub (as an Enterprise Server: pages below `/`, API below `/api/v3`) and for Facebook (`/dialog/oauth`, `/graph/…`), in
 * the shapes that their documentation gives. Neither can be reached from tests.
 */
export interface OAuth2StandIn {
  readonly url: string;
  /** Accounts by name. */
  readonly accounts: Map<string, Account>;
  /** Who signs in next. */
  next: string;
  /** Answers for paths, in the place of the usual ones. */
  readonly answers: Map<string, Answer>;
  /** Whose refresh tokens there are. */
  readonly refreshTokens: Map<string, string>;
  /** What came in: method, path and query. */
  readonly seen: string[];
  /** Lets somebody sign in at the address that the browser is sent to; answers where it is sent back. */
  signIn(left: URL): Promise<URL>;
  close(): Promise<void>;
}

export async function startOAuth2StandIn(): Promise<OAuth2StandIn> {
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, string>();
  const refreshTokens = new Map<string, string>();
  const answers = new Map<string, Answer>();
  const accounts = new Map<string, Account>();
  const seen: string[] = [];
  const state = { next: '' };

  const authorize: Answer = (_request, response, url) => {
    const asked = url.searchParams;
    const code = randomBytes(10).toString('hex');
    const [redirectUri, challenge, clientId] = [
      asked.get('redirect_uri'),
      // Facebook ignores it.
      url.pathname === '/dialog/oauth' ? null : asked.get('code_challenge'),
      asked.get('client_id'),
    ];
    grants.set(code, { account: state.next, redirectUri, challenge, clientId });
    const back = new URL(redirectUri ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (url.pathname.startsWith('/login/oauth')) back.searchParams.set('iss', `${url.origin}/login/oauth`);
    response.writeHead(302, { location: back.href }).end();
  };

  const redeem = (form: URLSearchParams): string | undefined => {
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const verifier = form.get('code_verifier');
    const challenge = verifier === null ? null : createHash('sha256').update(verifier).digest('base64url');
    const isRight =
      form.get('client_id') === grant?.clientId &&
      form.get('client_secret') === STAND_IN_SECRET &&
      form.get('redirect_uri') === grant?.redirectUri &&
      challenge === grant?.challenge;
    if (!isRight || grant === undefined) return undefined;
    const token = `gho_${randomBytes(12).toString('hex')}`;
    tokens.set(token, grant.account);
    return token;
  };

  /** Each refresh token works once, as those of GitHub Apps. */
  const refresh = (form: URLSearchParams): string | undefined => {
    const account = refreshTokens.get(form.get('refresh_token') ?? '');
    refreshTokens.delete(form.get('refresh_token') ?? '');
    if (account === undefined || form.get('client_secret') !== STAND_IN_SECRET) return undefined;
    const token = `ghu_${randomBytes(12).toString('hex')}`;
    tokens.set(token, account);
    return token;
  };

  const githubToken: Answer = async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const isRefresh = form.get('grant_type') === 'refresh_token';
    const token = isRefresh ? refresh(form) : redeem(form);
    const refreshToken = `ghr_${randomBytes(12).toString('hex')}`;
    if (token !== undefined) refreshTokens.set(refreshToken, tokens.get(token) ?? '');
    // As GitHub does: 200 for errors, and a form unless JSON is asked for.
    const answer = token
      ? { access_token: token, refresh_token: refreshToken, scope: 'read:user,user:email', token_type: 'bearer' }
      : { error: isRefresh ? 'bad_refresh_token' : 'bad_verification_code', error_description: 'It does not work.' };
    json(response, 200, answer);
  };

  const facebookToken: Answer = async (request, response) => {
    const token = redeem(new URLSearchParams(await text(request)));
    if (token) return json(response, 200, { access_token: token, token_type: 'bearer', expires_in: 5183944 });
    const error = { message: 'This authorization code has been used.', type: 'OAuthException', code: 100 };
    return json(response, 400, { error });
  };

  const api: Answer = (request, response, url) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const account = accounts.get(tokens.get(token) ?? '');
    if (account === undefined || request.headers['user-agent'] === undefined) return json(response, 401, {});
    if (url.pathname === '/graph/me') {
      const proof = createHmac('sha256', STAND_IN_SECRET).update(token).digest('hex');
      if (url.searchParams.get('appsecret_proof') !== proof) {
        return json(response, 400, { error: { message: 'Invalid appsecret_proof', type: 'GraphMethodException' } });
      }
    }
    const value = account[url.pathname.replace(/^\/(?:api\/v3|graph)/, '')];
    return Array.isArray(value)
      ? page(response, url, value)
      : json(response, value === undefined ? 404 : 200, value ?? {});
  };

  const routes: Readonly<Record<string, Answer>> = {
    '/login/oauth/authorize': authorize,
    '/login/oauth/access_token': githubToken,
    '/dialog/oauth': authorize,
    '/graph/oauth/access_token': facebookToken,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    seen.push(`${request.method} ${url.pathname}${url.search}`);
    const answer = answers.get(url.pathname) ?? routes[url.pathname] ?? api;
    void answer(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    accounts,
    answers,
    refreshTokens,
    seen,
    get next() {
      return state.next;
    },
    set next(name) {
      state.next = name;
    },
    async signIn(left) {
      const answer = await fetch(left, { redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '');
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

/** Two items a page, so that a few make several. */
function page(response: ServerResponse, url: URL, items: readonly unknown[]): void {
  const number = Number(url.searchParams.get('page') ?? '1');
  const last = Math.max(1, Math.ceil(items.length / 2));
  const link = (to: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  if (number < last) response.setHeader('link', `${link(number + 1, 'next')}, ${link(last, 'last')}`);
  json(response, 200, items.slice((number - 1) * 2, number * 2));
}
