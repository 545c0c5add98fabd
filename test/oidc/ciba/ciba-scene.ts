import { newPerson, type PageSeen, type Person } from '../../../harness/person.ts';
import type { ClientSeed } from '../../../src/identity/applications/client-seed.ts';
import { until } from '../../support/until.ts';
import { expectPage, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation } from '../installation.ts';

export const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

const till = {
  client_name: 'Till 4',
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: [CIBA_GRANT, 'refresh_token'],
  backchannel_token_delivery_mode: 'poll',
};

/** Clients that ask people by the back channel, and one that may not. */
export const CIBA_CLIENTS: readonly ClientSeed[] = [
  {
    accountId: ACCOUNT,
    clientId: 'till',
    clientSecret: SECRET,
    metadata: till,
    resources: [{ resource: 'https://orders.example', scopes: ['orders:read'] }],
  },
  { accountId: ACCOUNT, clientId: 'desk', clientSecret: SECRET, metadata: { ...till, client_name: 'Help desk' } },
  { accountId: ACCOUNT, clientId: 'closed', clientSecret: SECRET, openTo: 'assigned', metadata: till },
  {
    accountId: ACCOUNT,
    clientId: 'web',
    clientSecret: SECRET,
    metadata: { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'client_secret_post' },
  },
];

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Form = Readonly<Record<string, string>>;

export async function post(url: string, form: Form, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const asClient = (clientId = 'till'): Form => ({ client_id: clientId, client_secret: SECRET });

/** Calls the endpoint that begins requests. */
export function begin({ url }: Installation, form: Form): Promise<Answer> {
  const { client_id: clientId, ...rest } = form;
  return post(`${url}/oidc/backchannel`, { ...asClient(clientId), scope: 'openid', ...rest });
}

/** A request that an app has begun. */
export interface Request {
  readonly id: string;
  readonly clientId: string;
  poll(more?: Form): Promise<Answer>;
}

/** Begins a request, which must be accepted. */
export async function ask(installation: Installation, form: Form): Promise<Request> {
  const { status, body } = await begin(installation, form);
  if (status !== 200) throw new Error(JSON.stringify(body));
  const id = String(body['auth_req_id']);
  const { client_id: clientId = 'till' } = form;
  return {
    id,
    clientId,
    poll: (more = {}) =>
      post(`${installation.url}/oidc/token`, {
        ...asClient(clientId),
        grant_type: CIBA_GRANT,
        auth_req_id: id,
        ...more,
      }),
  };
}

/** What has become of requests, in order. */
export const outcomesOf = ({ outcomes }: Installation): readonly string[] =>
  outcomes.filter((each) => each.startsWith('backchannel ')).map((each) => each.slice('backchannel '.length));

/** Begins a request, and waits until it is decided whether the person is asked. */
export async function askAndWait(installation: Installation, form: Form): Promise<Request> {
  const decided = () => outcomesOf(installation).filter((outcome) => DECIDED.has(outcome)).length;
  const before = decided();
  const request = await ask(installation, form);
  await until(() => decided() > before);
  return request;
}

const DECIDED: ReadonlySet<string> = new Set([
  ...['begun', 'unknown-person', 'not-assigned', 'muted'],
  ...['too-many-of-app', 'too-many-pending', 'too-many-an-hour'],
]);

/** A person at the list of requests, signed in. */
export async function atRequests(
  installation: Installation,
  user: string,
  { person = newPerson(installation.url), at = '/sign-in/requests' }: { person?: Person; at?: string } = {},
): Promise<PageSeen> {
  const seen = expectPage(await person.open(`${installation.url}${at}`));
  return seen.heading === 'Sign in' ? expectPage(await typeIn(seen, { user })) : seen;
}

/** The page of the only request in a list. */
export async function openOnly(list: PageSeen): Promise<PageSeen> {
  return expectPage(await list.follow('Look at it'));
}
