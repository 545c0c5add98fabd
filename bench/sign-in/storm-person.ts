import type { RunningServer } from '../../harness/start-server.ts';
import { type LightBrowser, lightBrowser } from './light-browser.ts';
import { addUser, PASSWORD, randomAddress } from './people.ts';
import { quantile } from './quantiles.ts';

/**
 * One person who signs in while strangers storm the server, at an address of their own: `bench/sign-in/storm.ts` sends the server, then how the
 * person comes. Each sign-in begins a second after the one before. Told `end`, it answers with how long sign-ins took.
 */

/** How the person comes: with a browser that was used here before, or with one that was not. */
export type Browser = 'known' | 'new';

export interface PersonFigures {
  /** Sign-ins that ended on the account page, at the first try. */
  readonly signedIn: number;
  /** What others ended with. */
  readonly others: readonly string[];
  /** Seconds from opening the first page to the account page. */
  readonly median: number;
  readonly max: number;
}

const NAME = 'somebody';

async function signIn(browser: LightBrowser): Promise<string> {
  const page = await browser.get('/sign-in');
  if (page.status !== 200) return `${page.status} ${page.heading}`;
  const { status, heading } = await browser.submit(page, 'password', { name: NAME, password: PASSWORD });
  return `${status} ${heading}`;
}

async function signIns(url: string, browser: Browser): Promise<PersonFigures> {
  const seconds: number[] = [];
  const others: string[] = [];
  while (!hasEnded) {
    const from = performance.now();
    known?.forgetSession();
    const used = browser === 'known' && known !== undefined ? known : lightBrowser(url, randomAddress());
    const outcome = await signIn(used).catch(String);
    if (outcome.endsWith('Your account')) seconds.push((performance.now() - from) / 1000);
    else others.push(outcome);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return { signedIn: seconds.length, others, median: quantile(seconds, 0.5), max: quantile(seconds, 1) };
}

let server: RunningServer | undefined;
let known: LightBrowser | undefined;
let hasEnded = false;
process.on('message', async (message: { server?: RunningServer; browser?: Browser; end?: true }) => {
  if (message.server !== undefined) {
    server = message.server;
    await addUser(server, NAME);
    known = lightBrowser(server.url, randomAddress());
    await signIn(known);
    process.send?.('ready');
  }
  if (message.browser !== undefined && server !== undefined) {
    hasEnded = false;
    process.send?.(await signIns(server.url, message.browser));
  }
  if (message.end) hasEnded = true;
});
