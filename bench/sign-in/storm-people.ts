import type { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import type { RunningServer } from '../../harness/start-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type LightBrowser, type LightPage, lightBrowser } from './light-browser.ts';
import {
  addPasskey,
  addTotp,
  addUser,
  forEach,
  PASSWORD,
  passkeyOptions,
  randomAddress,
  WRONG_PASSWORD,
} from './people.ts';

/**
 * The people of a storm, in a process of their own: `bench/sign-in/storm.ts` sends the server, and then the number of people who sign in at a
 * time. Told `end`, it answers with how their sign-ins ended.
 */

/** How often sign-ins of a kind ended in a way, such as `wrong password: 403`. */
export type StormCounts = Readonly<Record<string, number>>;

const PEOPLE = 30;

interface People {
  readonly server: RunningServer;
  readonly seeds: readonly Uint8Array[];
  readonly keys: readonly SoftwareAuthenticator[];
}

async function makePeople(server: RunningServer): Promise<People> {
  const seeds: Uint8Array[] = [];
  const keys: SoftwareAuthenticator[] = [];
  await forEach(PEOPLE, async (index) => {
    await addUser(server, `plain-${index}`);
    await addUser(server, `app-${index}`);
    seeds[index] = await addTotp(server, `app-${index}`);
    await addUser(server, `key-${index}`);
    keys[index] = await addPasskey(server, `key-${index}`);
  });
  return { server, seeds, keys };
}

type SignIn = (browser: LightBrowser, page: LightPage, people: People, index: number) => Promise<LightPage>;

/** Types name and password at once, as a password manager does. */
const typeIn = (browser: LightBrowser, page: LightPage, name: string, password: string): Promise<LightPage> =>
  browser.submit(page, 'password', { name, password });

/** The ways of signing in, and how many of twenty people use each. */
const WAYS: readonly (readonly [name: string, share: number, signIn: SignIn])[] = [
  ['unknown name', 4, (browser, page) => typeIn(browser, page, `nobody-${Math.random()}`, WRONG_PASSWORD)],
  ['wrong password', 8, (browser, page, _, index) => typeIn(browser, page, `plain-${index}`, WRONG_PASSWORD)],
  ['right password', 4, (browser, page, _, index) => typeIn(browser, page, `plain-${index}`, PASSWORD)],
  [
    'password and code',
    2,
    async (browser, page, { seeds }, index) => {
      const asked = await typeIn(browser, page, `app-${index}`, PASSWORD);
      if (asked.status !== 200 || !asked.html.includes('id="code"')) return asked;
      const code = codeAt(seeds[index] as Uint8Array, timeStepAt(Date.now()));
      return await browser.submit(asked, 'mfa', { code });
    },
  ],
  [
    'passkey',
    2,
    (browser, page, { keys }, index) =>
      browser.submit(page, 'passkey', {
        credential: keys[index]?.get(passkeyOptions(page.html)) ?? '',
      }),
  ],
];

const TURNS = WAYS.flatMap((way) => Array.from({ length: way[1] }, () => way));

async function storm(people: People, atATime: number, hasEnded: () => boolean): Promise<StormCounts> {
  const counts: Record<string, number> = {};
  const person = async (first: number): Promise<void> => {
    for (let turn = first; !hasEnded(); turn++) {
      const [name, , signIn] = TURNS[turn % TURNS.length] as (typeof WAYS)[number];
      const outcome = await signInOnce(people, signIn).catch((error: Error) => error.message.slice(0, 60));
      const key = `${name}: ${outcome}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atATime }, (_, first) => person(first)));
  return counts;
}

async function signInOnce(people: People, signIn: SignIn): Promise<string> {
  const browser = lightBrowser(people.server.url, randomAddress());
  const page = await browser.get('/sign-in');
  if (page.status !== 200) return `${page.status} at the first page`;
  const answer = await signIn(browser, page, people, Math.floor(Math.random() * PEOPLE));
  return answer.heading === 'Your account' ? 'signed in' : `${answer.status} ${answer.heading}`;
}

let people: People | undefined;
let hasEnded = false;
process.on('message', async (message: { server?: RunningServer; atATime?: number; end?: true }) => {
  if (message.server !== undefined) {
    people = await makePeople(message.server);
    process.send?.('ready');
  }
  if (message.atATime !== undefined && people !== undefined) {
    hasEnded = false;
    process.send?.(await storm(people, message.atATime, () => hasEnded));
  }
  if (message.end) hasEnded = true;
});
