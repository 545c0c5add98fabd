import { newPerson, type PageSeen, type Person } from '../../../harness/person.ts';
import type { ClientSeed } from '../../../src/identity/applications/client-seed.ts';
import { expectPage, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation } from '../installation.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Clients that devices use. */
export const DEVICE_CLIENTS: readonly ClientSeed[] = [
  {
    accountId: ACCOUNT,
    clientId: 'tv',
    metadata: {
      client_name: 'Living room',
      application_type: 'native',
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'none',
      grant_types: [DEVICE_GRANT, 'refresh_token'],
    },
    resources: [{ resource: 'https://films.example', scopes: ['films:watch'] }],
  },
  {
    accountId: ACCOUNT,
    clientId: 'printer',
    clientSecret: SECRET,
    openTo: 'assigned',
    metadata: { client_name: 'Printer', redirect_uris: [], response_types: [], grant_types: [DEVICE_GRANT] },
  },
  {
    accountId: ACCOUNT,
    clientId: 'web',
    clientSecret: SECRET,
    metadata: { client_name: 'Web App', redirect_uris: ['https://app.example/callback'] },
  },
];

/** An answer of an endpoint. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

export interface Device {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly link: string;
  poll(more?: Readonly<Record<string, string>>): Promise<Answer>;
}

async function post(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

export function authorizeDevice(
  { url }: Installation,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${url}/oidc/device/auth`, form, headers);
}

/** A device that shows a code. */
export async function startDevice(
  installation: Installation,
  form: Readonly<Record<string, string>> = { client_id: 'tv', scope: 'openid offline_access' },
): Promise<Device> {
  const { status, body } = await authorizeDevice(installation, form);
  if (status !== 200) throw new Error(JSON.stringify(body));
  const { device_code: deviceCode = '', user_code: userCode = '', verification_uri_complete: link = '' } = body;
  const { client_id: clientId = '' } = form;
  return {
    deviceCode,
    userCode,
    link,
    poll: (more = {}) =>
      post(`${installation.url}/oidc/token`, {
        grant_type: DEVICE_GRANT,
        client_id: clientId,
        device_code: deviceCode,
        ...more,
      }),
  };
}

/** A person at the page for codes, signed in. */
export async function atDevicePage(
  installation: Installation,
  user: string,
  { at = `${installation.url}/device`, person = newPerson(installation.url) }: { at?: string; person?: Person } = {},
): Promise<PageSeen> {
  const seen = expectPage(await person.open(at));
  return seen.heading === 'Sign in' ? expectPage(await typeIn(seen, { user })) : seen;
}

/** Enters a code by hand. */
export async function enter(page: PageSeen, userCode: string): Promise<PageSeen> {
  return expectPage(await page.submit('continue', { 'code on the device': userCode }));
}
