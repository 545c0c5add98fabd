import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../../harness/outside-provider.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../../harness/person.ts';
import { connectorSeeds } from '../../../src/federation/connectors/connector-seeds.ts';
import { connectorListShape, type GivenConnector } from '../../../src/federation/connectors/connector-settings.ts';
import { KIND_RULES } from '../../../src/federation/connectors/kinds.ts';
import { seedConnectors } from '../../../src/identity/connectors/seed-connectors.ts';
import { announceChanges } from '../../../src/identity/store/announce-changes.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, type Login } from '../../oidc/app.ts';
import { ACCOUNT, type Installation, install } from '../../oidc/installation.ts';

/** A server with an app, and an outside provider that it has connectors for. */
export interface ConnectorScene extends Installation {
  readonly outside: OutsideProvider;
  readonly app: Awaited<ReturnType<typeof discover>>;
  /** Brings the connectors in line with this list, as the configuration file does. */
  configure(list: readonly object[]): Promise<readonly string[]>;
}

export async function connectorScene(options: Parameters<typeof install>[0] = {}): Promise<ConnectorScene> {
  const installation = await install({ clients: APPS, ...options });
  const names = ['google', 'other'];
  const outside = await startOutsideProvider();
  outside.register(
    names.map((name) => `${installation.url}/federation/${name}/callback`),
    names.map((name) => `${installation.url}/federation/${name}/signed-out`),
  );
  return {
    ...installation,
    outside,
    app: await discover(installation),
    configure: (list) => configure(installation, list),
    async close() {
      await outside.close();
      await installation.close();
    },
  };
}

async function configure(
  { identities, ephemeral, keyRing: { sealer } }: Installation,
  list: readonly object[],
): Promise<readonly string[]> {
  const settings: readonly GivenConnector[] = connectorListShape.parse(list);
  const store = announceChanges(identities, ephemeral);
  const deps = { store, sealer, clock: systemClock, random: systemRandom(), ...KIND_RULES };
  return await seedConnectors(deps, connectorSeeds(settings, ACCOUNT));
}

/** The settings of a connector for the outside provider, as Google's. */
export function googleLike({ outside: { issuer } }: Pick<ConnectorScene, 'outside'>, more: object = {}): object {
  return {
    name: 'google',
    preset: 'google',
    issuer,
    clientId: OUTSIDE_CLIENT,
    clientSecret: OUTSIDE_SECRET,
    hostedDomains: ['corp.example'],
    ...more,
  };
}

/** Someone in a browser, which knows both servers. */
export interface Browser {
  readonly person: Person;
  readonly outside: Person;
}

export function openBrowser({ url, outside }: ConnectorScene): Browser {
  return { person: newPerson(url), outside: newPerson(outside.issuer) };
}

/** Opens the sign-in page of the app. */
export async function openSignIn(
  { app }: ConnectorScene,
  { person }: Browser,
  more: Record<string, string> = {},
): Promise<{ readonly page: PageSeen; readonly login: Login }> {
  const login = await beginLogin(app, more);
  return { page: expectPage(await person.open(login.url.href)), login };
}

/** Follows the browser to the provider; answers the address to which it is sent back. */
export async function throughProvider({ outside }: Browser, seen: Seen): Promise<URL> {
  return expectLeft(await outside.open(expectLeft(seen).href));
}

/** Signs in with the button of a connector; answers what is seen then. */
export async function signInWith(
  scene: ConnectorScene,
  browser: Browser,
  { button = 'continue with google', subject }: { readonly button?: string; readonly subject: string | undefined },
): Promise<{ readonly seen: Seen; readonly login: Login; readonly callback: URL }> {
  const { page, login } = await openSignIn(scene, browser);
  scene.outside.next = subject;
  const callback = await throughProvider(browser, await page.submit(button));
  return { seen: await browser.person.open(callback.href), login, callback };
}
