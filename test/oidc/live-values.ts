import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { APPS, beginLogin, expectLeft, expectPage, SECRET } from './app.ts';

/** What of a server would be a login to whoever has it, by what it is. */
export type LiveValues = ReadonlyMap<string, string>;

const PASSWORD = 'seven quiet otters swim';
/** Values of cookies that are ids; what signs them is worth nothing without. */
const COOKIE = /^(?:__\w+-)?rolecall-[a-z-]+$/;

interface Scene {
  readonly server: InProcessServer;
  /** Values by what they are; filled while people and apps are at work. */
  readonly values: Map<string, string>;
  close(): Promise<void>;
}

/** A server with an app, people in all stages of a sign-in, and all that they and the app were given. */
export async function sceneOfLogins(env: Readonly<Record<string, string>>): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-live-'));
  const config = join(directory, 'rolecall.json');
  const [{ clientId, metadata }] = APPS as [(typeof APPS)[0]];
  const client = { client_id: clientId, client_secret: SECRET, ...metadata };
  writeFileSync(config, JSON.stringify({ oidc: { clients: [client] } }));
  const server = await startInProcess({ ROLECALL_CONFIG: config, ...env });
  const values = new Map<string, string>();
  const stopLooking = collectFromAnswers(values);
  try {
    await act(server, values);
  } finally {
    stopLooking();
  }
  return {
    server,
    values,
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Notes the ids that answers give away: cookies, and what stands in addresses. */
function collectFromAnswers(values: Map<string, string>): () => void {
  const direct = globalThis.fetch;
  const note = (what: string, value: string | null | undefined): void => {
    if (value && value.length >= 21) values.set(`${what} ${values.size}`, value);
  };
  globalThis.fetch = async (input, init) => {
    const answer = await direct(input, init);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (COOKIE.test(name)) note(`cookie ${name}`, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      const { pathname, searchParams } = new URL(location, server(input));
      note('interaction', /\/interaction\/([\w-]+)/.exec(pathname)?.[1]);
      note('code', searchParams.get('code'));
      note('posted request', searchParams.get('posted'));
    }
    return answer;
  };
  return () => {
    globalThis.fetch = direct;
  };
}

const server = (input: Parameters<typeof fetch>[0]): string => (input instanceof Request ? input.url : String(input));

async function act({ url, admin, iam }: InProcessServer, values: Map<string, string>): Promise<void> {
  const manage = iam(admin);
  const { CreateUserCommand, CreateLoginProfileCommand } = await import('@aws-sdk/client-iam');
  for (const [UserName, PasswordResetRequired] of [
    ['alice', false],
    ['resets', true],
    ['bob', false],
  ] as const) {
    await manage.send(new CreateUserCommand({ UserName }));
    await manage.send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD, PasswordResetRequired }));
  }
  const execute = [oidc.allowInsecureRequests];
  const app = await oidc.discovery(new URL(`${url}/oidc`), 'app', undefined, oidc.ClientSecretBasic(SECRET), {
    execute,
  });
  const start = async (person: Person, user: string, more: Record<string, string> = {}) => {
    const login = await beginLogin(app, more);
    const page = expectPage(await person.open(login.url.href));
    const typed = { account: ACCOUNT_ID, 'user name': user, password: PASSWORD };
    return { login, page: expectPage(await page.submit('sign in', typed)) };
  };

  const alice = newPerson(url);
  const { login, page } = await start(alice, 'alice');
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await page.submit('allow')), login.checks);
  const renewed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
  for (const [when, given] of Object.entries({ first: tokens, renewed })) {
    values.set(`${when} access token`, given.access_token);
    values.set(`${when} refresh token`, given.refresh_token ?? '');
    values.set(`${when} ID token`, given.id_token ?? '');
  }
  // Left as they are: a code that nobody has used, a page to type into, one to choose a password on, one to consent on.
  await alice.open((await beginLogin(app, { prompt: 'none' })).url.href);
  await newPerson(url).open((await beginLogin(app)).url.href);
  await start(newPerson(url), 'resets');
  await alice.open((await beginLogin(app, { id_token_hint: renewed.id_token ?? '' })).url.href);
  await signInAsAnother(alice, app);
  await pushAndPost(app, values, renewed.id_token ?? '');
}

/** To a page that signs the first one out: the session then says where the browser goes on to. */
async function signInAsAnother(alice: Person, app: oidc.Configuration): Promise<void> {
  const page = expectPage(await alice.open((await beginLogin(app, { prompt: 'login' })).url.href));
  await page.submit('sign in', { account: ACCOUNT_ID, 'user name': 'bob', password: PASSWORD });
}

async function pushAndPost(app: oidc.Configuration, values: Map<string, string>, idToken: string): Promise<void> {
  const { issuer } = app.serverMetadata();
  const basic = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };
  const { url } = await beginLogin(app, { id_token_hint: idToken });
  const pushed = await fetch(`${issuer}/request`, { method: 'POST', headers: basic, body: url.searchParams });
  const { request_uri: requestUri } = (await pushed.json()) as { request_uri: string };
  values.set('request URI', requestUri.split(':').at(-1) ?? '');
  const query = new URLSearchParams({ client_id: 'app', request_uri: requestUri });
  await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' });
  const another = await fetch(`${issuer}/request`, { method: 'POST', headers: basic, body: url.searchParams });
  values.set(
    'unused request URI',
    ((await another.json()) as { request_uri: string }).request_uri.split(':').at(-1) ?? '',
  );
  const body = new URLSearchParams({ id_token_hint: idToken });
  await fetch(`${issuer}/session/end`, { method: 'POST', body, redirect: 'manual' });
}

/** Which of the values can be read in what is stored. Codes and refresh tokens are looked for without the grant that they name. */
export function foundIn(stored: Buffer, values: LiveValues): readonly string[] {
  return [...values]
    .filter(([, value]) => stored.includes(value.slice(0, value.includes('.') ? undefined : 43)))
    .map(([what]) => what);
}
