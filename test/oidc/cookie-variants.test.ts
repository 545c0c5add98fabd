import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { APPS, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

/** Cookies as clients, proxies, and sites of sibling domains send them. The server is behind a proxy that ends TLS. */

const PUBLIC = 'https://id.example';
const direct = globalThis.fetch;
let installation: Installation;
let lastCookies = '';
/** Cookies that are in the browser although this server did not set them; after its own, as those of shorter paths and later dates are. */
let added: readonly string[] = [];
let people = 0;
beforeAll(async () => {
  installation = await install({ clients: APPS, publicUrl: PUBLIC });
  globalThis.fetch = (input, init) => {
    const headers = { ...(init?.headers as Record<string, string> | undefined) };
    lastCookies = headers['cookie'] ?? '';
    const cookie = [lastCookies, ...added].filter((each) => each !== '').join('; ');
    return direct(String(input).replace(PUBLIC, installation.url), { ...init, headers: { ...headers, cookie } });
  };
});
afterAll(async () => {
  globalThis.fetch = direct;
  await installation.close();
});

/** The session of a person who has signed in: its id, and the signature of its cookie. */
async function sessionOf(user: string): Promise<{ id: string; sig: string }> {
  await installation.addUser(user);
  const person = newPerson(PUBLIC);
  expectPage(await typeIn(await person.open(`${PUBLIC}/sign-in`), { user }));
  expectPage(await person.open(`${PUBLIC}/sign-in/factors`));
  const [, id = ''] = /__Host-rolecall-session=([^;]+)/.exec(lastCookies) ?? [];
  const [, sig = ''] = /__Host-rolecall-session\.sig=([^;]+)/.exec(lastCookies) ?? [];
  return { id, sig };
}

/** Who the account page says is signed in with these cookies; `nobody` if it leads to a sign-in. */
async function whoIs(cookie: string): Promise<string> {
  const answer = await fetch(`${PUBLIC}/sign-in/factors`, {
    redirect: 'manual',
    headers: { cookie, accept: 'text/html' },
  });
  await answer.body?.cancel();
  if (answer.status === 303) return 'nobody';
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const account = await fetch(`${PUBLIC}/sign-in`, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
  const text = await account.text();
  return ['alice', 'mallory'].filter((name) => text.includes(name)).join(' and ');
}

const NAME = '__Host-rolecall-session';
const cookies = ({ id, sig }: { id: string; sig: string }, name = NAME): string => `${name}=${id}; ${name}.sig=${sig}`;

describe('[S34] the session cookie', () => {
  let alice: { id: string; sig: string };
  let mallory: { id: string; sig: string };
  beforeAll(async () => {
    alice = await sessionOf('alice');
    mallory = await sessionOf('mallory');
  });

  test('counts as it was set, also among many others, and in quotes', async () => {
    expect(await whoIs(cookies(alice))).toBe('alice');
    expect(await whoIs(`a=b;${cookies(alice)};  c="d e"; =; f`)).toBe('alice');
    expect(await whoIs(`${NAME}="${alice.id}"; ${NAME}.sig="${alice.sig}"`)).toBe('alice');
    expect(await whoIs(`filler=${'x'.repeat(12_000)}; ${cookies(alice)}`)).toBe('alice');
  });

  // RFC 6265bis §4.1.3: a site of a sibling domain can set any of these names, but not the one with the prefix.
  test.each([
    'rolecall-session',
    '__Secure-rolecall-session',
    '__host-rolecall-session',
    '__HOST-ROLECALL-SESSION',
    ' x__Host-rolecall-session',
  ])('does not count under the name «%s», which a sibling domain can set', async (name) => {
    expect(await whoIs(cookies(mallory, name))).toBe('nobody');
    expect(await whoIs(`${cookies(mallory, name)}; ${cookies(alice)}`)).toBe('alice');
    expect(await whoIs(`${cookies(alice)}; ${cookies(mallory, name)}`)).toBe('alice');
  });

  test('does not count without its own signature', async () => {
    expect(await whoIs(`${NAME}=${alice.id}`)).toBe('nobody');
    expect(await whoIs(`${NAME}=${alice.id}; ${NAME}.sig=${mallory.sig}`)).toBe('nobody');
    expect(await whoIs(`${NAME}=; ${NAME}.sig=${alice.sig}`)).toBe('nobody');
    expect(await whoIs(`${NAME}=${alice.id}%20; ${NAME}.sig=${alice.sig}`)).toBe('nobody');
  });

  test('of two with the same name, an id never goes with the signature of the other', async () => {
    const crossed = `${NAME}=${alice.id}; ${NAME}=${mallory.id}; ${NAME}.sig=${mallory.sig}; ${NAME}.sig=${alice.sig}`;
    expect(await whoIs(crossed)).toBe('nobody');
    const planted = `${NAME}=${'x'.repeat(43)}; ${cookies(alice)}`;
    expect(['nobody', 'alice']).toContain(await whoIs(planted));
  });
});

test.each([
  ['__Secure-rolecall-typed', 'x'.repeat(8000)],
  ['__Secure-rolecall-typed', Buffer.from('["a","b",{"c":1}]').toString('base64url')],
  ['__Secure-rolecall-typed', '"quoted"'],
  ['__Host-rolecall-device', '%00%ff'],
  ['__Host-rolecall-device', `"${'A'.repeat(22)}"`],
  ['__Host-rolecall-account', '<script>'],
  ['__Host-rolecall-language', '../../en'],
  ['__Host-rolecall-session', 'x'.repeat(43)],
  ['__Secure-rolecall-interaction', 'x'.repeat(43)],
])('a person signs in with any text in the cookie %s: %#', async (name, value) => {
  await installation.addUser(`bob-${++people}`);
  added = [`${name}=${value}`, `${name}=again`, `${name}.sig=x`];
  try {
    const asked = await newPerson(PUBLIC).open(`${PUBLIC}/sign-in`);
    expect(expectPage(await typeIn(asked, { user: `bob-${people}` })).heading).toBe('Your account');
  } finally {
    added = [];
  }
  expect(installation.errors).toEqual([]);
});
