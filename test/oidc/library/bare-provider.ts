import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Adapter, AdapterPayload, Configuration } from 'oidc-provider';
import { newPerson } from '../../../harness/person.ts';
import { loadOidcProvider, type OidcProviderLibrary } from '../../../src/oidc/library/load-oidc-provider.ts';

/** What oidc-provider asked of its adapter. */
export interface Asked {
  readonly what: string;
  readonly id: string;
  readonly payload?: AdapterPayload;
}

/** oidc-provider with nothing of ours but what a test puts on it: a person who signs in and consents at once, and a recording adapter. */
export interface BareProvider {
  readonly library: OidcProviderLibrary;
  readonly provider: Provider;
  readonly url: string;
  readonly asked: readonly Asked[];
  /** A whole login. @returns the code. */
  logIn(): Promise<string>;
  /** Asks an endpoint by a form, with the app's secret in the header. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export const BASIC = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
export const REDIRECT_URI = 'https://app.example/callback';
export const CODE_GRANT = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI };
const SCOPE = 'openid offline_access';

function recordingAdapter(asked: Asked[]): (model: string) => Adapter {
  const records = new Map<string, AdapterPayload>();
  return (model) => ({
    async upsert(id, payload) {
      asked.push({ what: `upsert ${model}`, id, payload });
      records.set(`${model} ${id}`, payload);
    },
    async find(id) {
      asked.push({ what: `find ${model}`, id });
      return records.get(`${model} ${id}`);
    },
    findByUid: async (uid) => [...records.values()].find((record) => record.uid === uid),
    findByUserCode: async () => undefined,
    async consume(id) {
      asked.push({ what: `consume ${model}`, id });
      Object.assign(records.get(`${model} ${id}`) ?? {}, { consumed: 1 });
    },
    async destroy(id) {
      asked.push({ what: `destroy ${model}`, id });
      records.delete(`${model} ${id}`);
    },
    revokeByGrantId: async () => {},
  });
}

async function signInAtOnce(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { prompt, session, params } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    return await provider.interactionFinished(req, res, { login: { accountId: 'alice' } });
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) });
  grant.addOIDCScope(SCOPE);
  await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
}

/** Of all of a test file's providers. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** @param prepare puts on the provider what a test looks at. */
export async function startBareProvider(
  prepare: (provider: Provider, library: OidcProviderLibrary) => void = () => {},
  more: (library: OidcProviderLibrary) => Configuration = () => ({}),
): Promise<BareProvider> {
  const library = await loadOidcProvider();
  const asked: Asked[] = [];
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const configuration = more(library);
  const provider = new library.Provider(url, {
    adapter: recordingAdapter(asked),
    clients: [
      {
        client_id: 'app',
        client_secret: 'secret',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      },
    ],
    cookies: { keys: ['a secret of the test'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' } as never] },
    findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    pkce: { required: () => false },
    rotateRefreshToken: () => true,
    ...configuration,
    features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true }, ...configuration.features },
  });
  provider.on('server_error', (_ctx, error) => console.error(error));
  prepare(provider, library);
  provider.use((async (ctx: Context, next: () => Promise<void>) => {
    if (!ctx.path.startsWith('/interaction/')) return await next();
    ctx.respond = false;
    await signInAtOnce(provider, ctx.req, ctx.res);
  }) as never);
  server.on('request', provider.callback());
  return {
    library,
    provider,
    url,
    asked,
    async logIn() {
      const request = { client_id: 'app', redirect_uri: REDIRECT_URI, response_type: 'code', scope: SCOPE };
      const seen = await newPerson(url).open(`${url}/auth?${new URLSearchParams({ ...request, prompt: 'consent' })}`);
      if (seen.kind !== 'left') throw new Error(seen.text);
      return seen.url.searchParams.get('code') ?? '';
    },
    post: (path, form, headers = BASIC) =>
      fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
