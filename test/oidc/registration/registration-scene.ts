import type { install } from '../installation.ts';

type Settings = NonNullable<NonNullable<Parameters<typeof install>[0]>['registration']>;

export const RESOURCE = 'https://mcp.example/mcp';
export const CALLBACK = 'https://new.example/callback';

/** The settings of tests: open registration. */
export function openSettings(change: Partial<Settings> = {}, open: Partial<Settings['open']> = {}): Settings {
  return {
    mode: 'open',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    resources: [{ resource: RESOURCE, scopes: ['tools'] }],
    requirePkce: true,
    unusedDays: 30,
    ...change,
    open: { openTo: 'account', neverUsedHours: 24, perNetworkPerHour: 10_000, mostApplications: 10_000, ...open },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly client_id: string };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === '' ? { client_id: '' } : (JSON.parse(text) as Answer['body']) };
}

/** Posts a registration. */
export async function register(
  issuer: URL,
  metadata: unknown,
  { token, headers = {} }: { readonly token?: string | undefined; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${issuer.href}/reg`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
  });
  return await answerOf(response);
}

/** Reads, changes or deletes a registration. */
export async function manage(
  method: 'GET' | 'PUT' | 'DELETE',
  of: Record<string, unknown>,
  {
    token = String(of['registration_access_token']),
    metadata,
  }: { token?: string | undefined; metadata?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(String(of['registration_client_uri']), {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(metadata !== undefined && { 'content-type': 'application/json' }),
    },
    ...(metadata !== undefined && { body: JSON.stringify(metadata) }),
  });
  return await answerOf(response);
}
