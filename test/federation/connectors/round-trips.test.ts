import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectPage, typeIn } from '../../oidc/app.ts';
import { PASSWORD } from '../../oidc/installation.ts';
import { type ConnectorScene, connectorScene, googleLike, openBrowser, openSignIn, throughProvider } from './scene.ts';

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
  scene = await connectorScene({ countedIdentities: counted });
  const { ephemeral } = scene;
  for (const name of [
    'get',
    'set',
    'setIfAbsent',
    'compareAndSet',
    'take',
    'delete',
    'increment',
    'addToSet',
    'members',
  ] as const) {
    Object.assign(ephemeral, { [name]: Reflect.get(counted({ call: ephemeral[name].bind(ephemeral) }), 'call') });
  }
  await scene.configure([googleLike(scene)]);
  await scene.addUser('local');
  scene.outside.people.set('ada', { hd: 'corp.example', preferred_username: 'ada' });
});
afterAll(() => scene.close());

async function local(): Promise<number> {
  const browser = openBrowser(scene);
  const { page } = await openSignIn(scene, browser);
  trips = 0;
  const seen = expectPage(await typeIn(page, { user: 'local', password: PASSWORD }));
  expect(seen.heading).toContain('Allow');
  return trips;
}

async function upstream(): Promise<number> {
  const browser = openBrowser(scene);
  const { page } = await openSignIn(scene, browser);
  scene.outside.next = 'ada';
  trips = 0;
  const callback = await throughProvider(browser, await page.submit('continue with google'));
  const seen = expectPage(await browser.person.open(callback.href));
  expect(seen.heading).toContain('Allow');
  return trips;
}

test('a repeated login through a connector costs at most three round trips more than one by password', async () => {
  // The first ones create the user and fill caches.
  await local();
  await upstream();
  const [byPassword, byConnector] = [await local(), await upstream()];
  expect(byPassword).toBeGreaterThan(0);
  expect(byConnector - byPassword).toBeLessThanOrEqual(3);
});
