import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readForms } from '../../../harness/html-forms.ts';
import { metadataOf, rsaKey } from '../../../harness/saml-metadata.ts';
import { assertionXml, authnStatement, base64, responseXml, signed } from '../../../harness/saml-responses.ts';
import { expectLeft, expectPage, typeIn } from '../../oidc/app.ts';
import { PASSWORD } from '../../oidc/installation.ts';
import { byPost } from './by-post.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  throughProvider,
} from './scene.ts';

const KEY = rsaKey();

/** Calls of a store that begin while another one is on its way share its round trip, as they do in a pipeline. */
let trips = 0;
let onTheirWay = 0;

function counted<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const result: unknown = member.apply(target, given);
        if (!(result instanceof Promise)) return name === 'open' ? counted(result as object) : result;
        if (onTheirWay === 0) trips += 1;
        onTheirWay += 1;
        return result.finally(() => {
          onTheirWay -= 1;
        });
      };
    },
  });
}

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene({ countedIdentities: counted, connectors: byPost('other') });
  const { ephemeral } = scene;
  for (const name of [
    'get',
    'set',
    'setIfAbsent',
    'setIfPresent',
    'compareAndSet',
    'take',
    'delete',
    'increment',
    'addToSet',
    'members',
  ] as const) {
    Object.assign(ephemeral, { [name]: Reflect.get(counted({ call: ephemeral[name].bind(ephemeral) }), 'call') });
  }
  await scene.configure([
    googleLike(scene),
    googleLike(scene, { name: 'other', displayName: 'Other' }),
    { name: 'corp', kind: 'saml', displayName: 'Corp', metadata: metadataOf(KEY) },
  ]);
  await scene.addUser('local');
  scene.outside.people.set('ada', { hd: 'corp.example', preferred_username: 'ada' });
});
afterAll(() => scene.close());

/** Opens the sign-in page in a new browser, and counts from there. */
async function atSignIn() {
  const browser = openBrowser(scene);
  const { page } = await openSignIn(scene, browser);
  scene.outside.next = 'ada';
  trips = 0;
  return { browser, page };
}

async function local(): Promise<number> {
  const { page } = await atSignIn();
  const seen = expectPage(await typeIn(page, { user: 'local', password: PASSWORD }));
  expect(seen.heading).toContain('Allow');
  return trips;
}

/** Through a provider that answers in the URL. */
async function answeredInUrl(): Promise<number> {
  const { browser, page } = await atSignIn();
  const callback = await throughProvider(browser, await page.submit('continue with google'));
  const seen = expectPage(await browser.person.open(callback.href));
  expect(seen.heading).toContain('Allow');
  return trips;
}

/** Posts an answer as another site does, without cookies, and follows with them. */
async function comeBack(browser: Browser, path: string, answer: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(answer);
  const { headers } = await fetch(`${scene.url}${path}`, { method: 'POST', redirect: 'manual', body });
  const seen = await browser.person.open(new URL(headers.get('location') ?? '', scene.url).href);
  expect(expectPage(seen).heading).toContain('Allow');
  return trips;
}

/** Through an OpenID provider that has the answer posted. */
async function answeredByPost(): Promise<number> {
  const { browser, page } = await atSignIn();
  const shown = await browser.outside.open(expectLeft(await page.submit('continue with other')).href);
  if (shown.kind === 'left') throw new Error('expected a form');
  const fields = readForms(shown.html).flatMap((form) => form.fields.map(({ name, value }) => [name, value] as const));
  return await comeBack(browser, '/federation/other/callback', Object.fromEntries(fields));
}

let made = 0;

/** Through a SAML identity provider: a stand-in that signs as one. */
async function answeredBySaml(): Promise<number> {
  const { browser, page } = await atSignIn();
  const { searchParams } = expectLeft(await page.submit('continue with corp'));
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const [, inResponseTo = ''] = /\bID="([^"]+)"/.exec(request) ?? [];
  const now = Date.now();
  const recipient = `${scene.url}/saml/corp/acs`;
  const statement = authnStatement({ at: now, attributes: ' SessionIndex="s1"' });
  const audience = `${scene.url}/saml/corp/metadata`;
  const assertion = assertionXml({
    id: `_a${++made}`,
    now,
    recipient,
    audience,
    inResponseTo,
    authnStatement: statement,
  });
  const response = signed(responseXml(assertion, { now, destination: recipient, inResponseTo }), 'Assertion', KEY);
  const RelayState = searchParams.get('RelayState') ?? '';
  return await comeBack(browser, '/saml/corp/acs', { SAMLResponse: base64(response), RelayState });
}

test.each([
  ['answers in the URL', answeredInUrl],
  ['has its answer posted', answeredByPost],
  ['posts a SAML response', answeredBySaml],
])(
  'a repeated login through a provider that %s costs at most three round trips more than one by password',
  async (_, upstream) => {
    // The first ones create the user and fill caches.
    await local();
    await upstream();
    const [byPassword, byConnector] = [await local(), await upstream()];
    expect(byPassword).toBeGreaterThan(0);
    expect(byConnector - byPassword).toBeLessThanOrEqual(3);
  },
);
