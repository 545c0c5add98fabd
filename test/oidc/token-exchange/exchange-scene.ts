import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../../harness/person.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';
import { beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from '../app.ts';

export const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPE = 'urn:ietf:params:oauth:token-type:';
export const ACCESS = `${TYPE}access_token`;
export const ID = `${TYPE}id_token`;
export const JWT = `${TYPE}jwt`;
export const REFRESH = `${TYPE}refresh_token`;
export const ROLE = 'urn:rolecall:token-type:role-credentials';
export const IDENTITY = 'urn:rolecall:token-type:presigned-get-caller-identity';
export const ORDERS = 'https://orders.example';
export const BILLING = 'https://billing.example';
export const PASSWORD = 'seven quiet otters swim';

const api = (client_id: string, more: object) => ({
  client_id,
  client_secret: SECRET,
  grant_types: [GRANT, 'client_credentials'],
  ...more,
});
const billing = [{ resource: BILLING, scopes: ['orders:read', 'billing:pay'] }];

/** An app (`web`), the API behind it (`orders`), and others that may not do what it may. */
const CLIENTS = [
  {
    client_id: 'web',
    client_secret: SECRET,
    client_name: 'Shop',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', GRANT],
    resources: [{ resource: ORDERS, scopes: ['orders:read', 'orders:write'] }],
  },
  {
    client_id: 'limited',
    client_secret: SECRET,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    may_act: 'orders',
    resources: [{ resource: ORDERS, scopes: ['orders:read'] }],
  },
  api('orders', {
    resources: billing,
    token_exchange: {
      subjects: [{ client_id: 'web' }, { client_id: 'limited' }, { client_id: 'robot' }],
      audiences: ['ledger'],
    },
  }),
  api('support', {
    resources: billing,
    token_exchange: { subjects: [{ client_id: 'web', impersonation: true }, { client_id: 'limited' }] },
  }),
  api('twin', { token_exchange: { subjects: [{ client_id: 'limited', impersonation: true }] } }),
  api('stranger', { resources: billing }),
  api('ledger', { resources: billing, token_exchange: { subjects: [{ client_id: 'orders' }] } }),
  api('assigned', { open_to: 'assigned', token_exchange: { subjects: [{ client_id: 'web' }] } }),
  api('private', {
    subject_type: 'pairwise',
    redirect_uris: ['https://private.example/cb'],
    grant_types: [GRANT, 'authorization_code'],
    token_exchange: { subjects: [{ client_id: 'web' }] },
  }),
  api('robot', { resources: [{ resource: ORDERS, scopes: ['orders:read'] }] }),
];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & {
    readonly access_token?: string;
    readonly error?: string;
    readonly error_description?: string;
  };
}

export interface ExchangeScene {
  readonly server: InProcessServer;
  readonly iam: IAM;
  /** Creates a person with a password. */
  addPerson(name: string): Promise<void>;
  /** Signs a person in to an app. */
  logIn(
    name: string,
    options?: { client?: string; more?: Record<string, string>; person?: Person; dpop?: oidc.DPoPHandle },
  ): Promise<oidc.TokenEndpointResponse>;
  app(clientId: string): Promise<oidc.Configuration>;
  /** Sends an exchange as a client. The form may have a parameter several times. */
  exchange(
    clientId: string,
    form: Record<string, string> | readonly [string, string][],
    headers?: Record<string, string>,
  ): Promise<Answer>;
  introspect(clientId: string, token: string): Promise<Readonly<Record<string, unknown>>>;
  rolecall(operation: string, input: object): Promise<void>;
  clientsOf(key: Key): { iam: IAM; sts: STS };
  close(): Promise<void>;
}

export async function openExchangeScene(clients: readonly object[] = CLIENTS): Promise<ExchangeScene> {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-exchange-'));
  const config = join(directory, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ oidc: { clients } }));
  const server = await startInProcess({ ROLECALL_CONFIG: config });
  const clientsOf = (credentials: Key) => {
    const options = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
    return { iam: new IAM(options), sts: new STS(options) };
  };
  const { iam } = clientsOf(server.admin);
  const app = (clientId: string) =>
    oidc.discovery(new URL(`${server.url}/oidc`), clientId, undefined, oidc.ClientSecretBasic(SECRET), {
      execute: [oidc.allowInsecureRequests],
    });
  const post = async (
    path: string,
    clientId: string,
    form: Record<string, string> | readonly [string, string][],
    headers = {},
  ) => {
    const response = await fetch(`${server.url}/oidc${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(SECRET)}`).toString('base64')}`,
        ...headers,
      },
      body: new URLSearchParams(form as Record<string, string>),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  return {
    server,
    iam,
    app,
    clientsOf,
    async addPerson(UserName) {
      await iam.createUser({ UserName });
      await iam.createLoginProfile({ UserName, Password: PASSWORD });
    },
    async logIn(name, { client = 'web', more = {}, person = newPerson(server.url), dpop } = {}) {
      const configuration = await app(client);
      const login = await beginLogin(configuration, { redirect_uri: REDIRECT_URI, ...more });
      let seen = await person.open(login.url.href);
      if (seen.kind === 'page' && seen.heading === 'Sign in') {
        seen = await expectPage(seen).submit('sign in', { account: ACCOUNT_ID, 'user name': name, password: PASSWORD });
      }
      if (seen.kind === 'page') seen = await seen.submit('allow');
      const { resource } = more;
      const parameters = resource === undefined ? {} : { resource };
      return await oidc.authorizationCodeGrant(
        configuration,
        expectLeft(seen),
        login.checks,
        parameters,
        dpop === undefined ? {} : { DPoP: dpop },
      );
    },
    exchange(clientId, form, headers = {}) {
      const given = Array.isArray(form) ? form : Object.entries(form as Record<string, string>);
      return post('/token', clientId, [['grant_type', GRANT], ...given], headers);
    },
    introspect: async (clientId, token) => (await post('/token/introspection', clientId, { token })).body,
    async rolecall(operation, input) {
      const answer = await send(server.url, signedJson(server.url, operation, input, server.admin));
      if (answer.status !== 200) throw new Error(answer.body);
    },
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The claims of a signed token. */
export function claimsOf({ body }: Answer): Readonly<Record<string, unknown>> {
  return decodeJwt(body.access_token ?? '');
}

/** The parameters for an access token as the subject. */
export function subject(token: string | undefined, type: string = ACCESS): Record<string, string> {
  return { subject_token: token ?? '', subject_token_type: type };
}

/** A login to the service `orders`, with a scope that also `billing` knows. */
export const FOR_ORDERS = { resource: ORDERS, scope: 'openid orders:read orders:write', prompt: 'consent' } as const;
