import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT_ID, type InProcessServer } from '../support/in-process-server.ts';
import { makeRole, trust } from './people.ts';

export const ISSUER = 'https://keycloak.internal/realms/storage';
export const PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/keycloak.internal/realms/storage`;
export const CERTIFICATES = `arn:aws:rolecall::${ACCOUNT_ID}:certificate-provider/clients`;
export const PLUGIN = `arn:aws:rolecall::${ACCOUNT_ID}:token-provider/plugin`;
export const PROXY = '127.0.0.2';
export const MINIO_ARN = 'arn:minio:iam:::role/idmp-plugin';

/** What a webhook was asked. */
export interface WebhookRequest {
  readonly url: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly token: string;
}

export interface Webhook {
  readonly url: string;
  close(): Promise<void>;
}

/** A stand-in for an identity management plugin. */
export async function startWebhook(
  handle: (request: WebhookRequest, response: ServerResponse) => void,
): Promise<Webhook> {
  const server = createServer(({ url = '', method = '', headers: { authorization } }, response) => {
    handle({ url, method, authorization, token: new URL(url, 'http://x').searchParams.get('token') ?? '' }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Roles that trust each source, some of them only part of its identities. */
export async function makeMinioRoles(server: InProcessServer): Promise<void> {
  const tagging = ['sts:TagSession', 'sts:SetSourceIdentity'];
  const roles: [string, string, string, object][] = [
    ['grants', PROVIDER, 'AssumeRoleWithClientGrants', {}],
    ['certificate', CERTIFICATES, 'AssumeRoleWithCertificate', {}],
    ['custom', PLUGIN, 'AssumeRoleWithCustomToken', {}],
    [
      'only-backups',
      CERTIFICATES,
      'AssumeRoleWithCertificate',
      { StringLike: { 'certificate-provider/clients:cn': 'backup *' } },
    ],
    [
      'only-others',
      CERTIFICATES,
      'AssumeRoleWithCertificate',
      { StringLike: { 'certificate-provider/clients:cn': 'other *' } },
    ],
    [
      'groups',
      PLUGIN,
      'AssumeRoleWithCustomToken',
      { 'ForAnyValue:StringEquals': { 'token-provider/plugin:groups': 'night' } },
    ],
    ['web', PROVIDER, 'AssumeRoleWithWebIdentity', {}],
  ];
  for (const [name, Federated, action, condition] of roles) {
    await makeRole(server, name, {
      trust: trust({ Federated }, { Condition: condition }, [`sts:${action}`, ...tagging]),
      maxSessionDuration: 7200,
    });
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
  element(name: string): string | undefined;
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly from?: string;
  readonly url?: string;
}

/** Calls as MinIO's clients do: an unsigned POST with all parameters in the query. */
export function postQuery(
  server: string,
  parameters: Readonly<Record<string, string>>,
  { headers = {}, from, url = server }: Sending = {},
): Promise<Answer> {
  const query = new URLSearchParams({ Version: '2011-06-15', ...parameters });
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${url}/?${query}`,
      {
        method: 'POST',
        headers: headers as Record<string, string>,
        agent: false,
        ...(from !== undefined && { localAddress: from }),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.on('end', () => {
          const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
          resolve({ status: incoming.statusCode ?? 0, text, code: element('Code'), element });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
