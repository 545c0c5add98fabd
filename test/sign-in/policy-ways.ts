import { inflateRawSync } from 'node:zlib';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { assertionXml, authnStatement, base64, responseXml, signed } from '../../harness/saml-responses.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import type { Strength } from '../../src/policy/catalogue/signin-keys.ts';
import { googleLike, openSignIn, throughProvider } from '../federation/connectors/scene.ts';
import { expectLeft, expectPage, typeIn } from '../oidc/app.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import type { PolicyScene } from './policy-scene.ts';

const KEY = rsaKey();
const SEED = Buffer.alloc(20, 7);

/** Presses a button of a page while the script puts in an authenticator's answer. */
export async function answerWith(page: PageSeen, button: string, credential: string): Promise<PageSeen> {
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) => {
    if (init.body === undefined) return direct(input, init);
    const body = String(init.body).replace(/credential=[^&]*/, `credential=${encodeURIComponent(credential)}`);
    return direct(input, { ...init, body });
  };
  try {
    return expectPage(await page.submit(button));
  } finally {
    globalThis.fetch = direct;
  }
}

export const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));

export const newKey = ({ url }: PolicyScene) => new SoftwareAuthenticator({ origin: url, isSynced: false });

/** A way to sign in, with whatever factors the person has for it. */
export interface Way {
  readonly name: string;
  /** How strong a sign-in this way is. */
  readonly strength: Strength;
  /** Whether the person also has a passkey, which was not shown. */
  readonly hasPasskey?: boolean;
  /** Prepares the person, before any policy is set. */
  prepare(scene: PolicyScene, user: string): Promise<void>;
  /** Signs in by it; answers what is seen then. */
  go(scene: PolicyScene, person: Person, user: string): Promise<PageSeen>;
}

const keys = new Map<string, SoftwareAuthenticator>();

async function opened(scene: PolicyScene, person: Person): Promise<PageSeen> {
  const browser = { person, outside: newPerson(scene.outside.issuer) };
  const { page } = await openSignIn(scene, browser, { prompt: 'login' });
  return page;
}

const byPassword: Way['go'] = async (scene, person, user) =>
  expectPage(await typeIn(await opened(scene, person), { user }));

async function addUser(scene: PolicyScene, user: string): Promise<void> {
  await scene.addUser(user);
}

async function addApp(scene: PolicyScene, user: string): Promise<void> {
  const { userId } = await userNamed(scene, user);
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/${user}`;
  const sealedSeed = scene.keyRing.sealer.seal(SEED, serialNumber);
  await scene.identities.users.update([ACCOUNT, userId], (old) => ({
    ...old,
    mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }],
  }));
}

/** Adds a passkey on the page for it. */
async function addKey(scene: PolicyScene, user: string): Promise<void> {
  const person = newPerson(scene.url);
  await typeIn(await person.open(`${scene.url}/sign-in`), { user });
  const list = expectPage(await person.open(`${scene.url}/sign-in/factors`));
  const page = expectPage(await list.submit('Add a passkey or security key'));
  const key = newKey(scene);
  await answerWith(page, 'Continue', key.create(optionsOn(page)));
  keys.set(user, key);
}

async function userNamed({ identities }: PolicyScene, user: string) {
  const [found] = (await identities.users.find('byName', [ACCOUNT, user], { limit: 1 })).items;
  if (found === undefined) throw new Error(`there is no user ${user}`);
  return found;
}

/** Types the present code. That it was used a moment ago is forgotten first, so that no test waits for the next one. */
async function typeCode(scene: PolicyScene, page: PageSeen, user: string): Promise<PageSeen> {
  const { userId } = await userNamed(scene, user);
  await scene.identities.users.update([ACCOUNT, userId], (old) => ({
    ...old,
    mfaDevices: old.mfaDevices.map((device) => ({ ...device, lastTimeStep: 0 })),
  }));
  return expectPage(await page.submit('Continue', { 'mfa code': codeAt(SEED, timeStepAt(Date.now())) }));
}

async function showKey(page: PageSeen, button: string, user: string): Promise<PageSeen> {
  return await answerWith(page, button, (keys.get(user) as SoftwareAuthenticator).get(optionsOn(page)));
}

const bySaml: Way['go'] = async (scene, person, user) => {
  const { searchParams } = expectLeft(await (await opened(scene, person)).submit('continue with corp'));
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const [, inResponseTo = ''] = /\bID="([^"]+)"/.exec(request) ?? [];
  const now = Date.now();
  const recipient = `${scene.url}/saml/corp/acs`;
  const audience = `${scene.url}/saml/corp/metadata`;
  const statement = authnStatement({ at: now, attributes: ' SessionIndex="s1"' });
  const id = `_${user}${now}`;
  const assertion = assertionXml({ id, now, recipient, audience, inResponseTo, authnStatement: statement });
  const response = signed(responseXml(assertion, { now, destination: recipient, inResponseTo }), 'Assertion', KEY);
  const RelayState = searchParams.get('RelayState') ?? '';
  const body = new URLSearchParams({ SAMLResponse: base64(response), RelayState });
  const { headers } = await fetch(recipient, { method: 'POST', redirect: 'manual', body });
  return expectPage(await person.open(new URL(headers.get('location') ?? '', scene.url).href));
};

/** The ways to sign in. To add one, add a row: every policy of the matrix is then tried on it. */
export const WAYS: readonly Way[] = [
  { name: 'password', strength: 'single-factor', prepare: addUser, go: byPassword },
  {
    name: 'password and app',
    strength: 'multi-factor',
    async prepare(scene, user) {
      await addUser(scene, user);
      await addApp(scene, user);
    },
    go: async (scene, person, user) => await typeCode(scene, await byPassword(scene, person, user), user),
  },
  {
    name: 'password and passkey',
    strength: 'phishing-resistant',
    async prepare(scene, user) {
      await addUser(scene, user);
      await addKey(scene, user);
    },
    go: async (scene, person, user) =>
      await showKey(await byPassword(scene, person, user), 'Use a passkey or security key', user),
  },
  {
    name: 'passkey alone',
    strength: 'phishing-resistant',
    async prepare(scene, user) {
      await addUser(scene, user);
      await addKey(scene, user);
    },
    go: async (scene, person, user) => await showKey(await opened(scene, person), 'Use a passkey', user),
  },
  {
    name: 'passkey alone of a person who also has an app',
    strength: 'phishing-resistant',
    async prepare(scene, user) {
      await addUser(scene, user);
      await addKey(scene, user);
      await addApp(scene, user);
    },
    go: async (scene, person, user) => await showKey(await opened(scene, person), 'Use a passkey', user),
  },
  {
    name: 'app of a person who also has a passkey',
    strength: 'multi-factor',
    hasPasskey: true,
    async prepare(scene, user) {
      await addUser(scene, user);
      await addKey(scene, user);
      await addApp(scene, user);
    },
    go: async (scene, person, user) => await typeCode(scene, await byPassword(scene, person, user), user),
  },
  {
    name: 'OpenID Connect provider',
    strength: 'single-factor',
    async prepare({ outside }, user) {
      outside.people.set(user, { hd: 'corp.example', preferred_username: user });
    },
    async go(scene, person, user) {
      const browser = { person, outside: newPerson(scene.outside.issuer) };
      const page = await opened(scene, person);
      scene.outside.next = user;
      const callback = await throughProvider(browser, await page.submit('continue with google'));
      return expectPage(await person.open(callback.href));
    },
  },
  { name: 'SAML provider', strength: 'single-factor', prepare: async () => {}, go: bySaml },
  {
    name: 'directory',
    strength: 'single-factor',
    prepare: async () => {},
    async go(scene, person, user) {
      const page = expectPage(await (await opened(scene, person)).submit('continue with staff'));
      return expectPage(await page.submit('sign in', { 'user name': user, password: 'any' }));
    },
  },
];

/** The connectors of these ways. The directory is a stand-in, which {@link policyScene} puts in. */
export async function configureWays(scene: PolicyScene): Promise<void> {
  await scene.configure([
    googleLike(scene),
    { name: 'corp', kind: 'saml', displayName: 'Corp', metadata: metadataOf(KEY) },
    googleLike(scene, { name: 'other', displayName: 'Staff' }),
  ]);
}
