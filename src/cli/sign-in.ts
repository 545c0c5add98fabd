import { createInterface } from 'node:readline';
import { type Attempt, beginAttempt, codeIn, finishAttempt, isAnswerTo } from './authorization.ts';
import { browserPrograms, openBrowser, type Program } from './browser.ts';
import { parseUrl } from './endpoint.ts';
import { Failure } from './failure.ts';
import { openLoopback } from './loopback.ts';
import type { Machine } from './places.ts';
import { discover, type Server, type StepUp, type Tokens } from './server.ts';

const LONGEST_MS = 10 * 60_000;

export interface SignInOptions {
  readonly endpoint: string;
  readonly machine: Machine;
  readonly useBrowser: boolean;
  /** Whether the person wants to sign in on another device, even if there is a browser here. */
  readonly onDevice?: boolean;
  /** How strong and how recent the sign-in must be. Sign-ins on other devices cannot be asked for it. */
  readonly stepUp?: StepUp | undefined;
  /** Tells the person something. */
  readonly say: (line: string) => void;
  /** Where the person can paste the address; absent if nobody is at a terminal. */
  readonly input?: NodeJS.ReadableStream | undefined;
}

export interface SignedIn {
  readonly server: Server;
  readonly tokens: Tokens;
}

/**
 * Signs the person in with a browser: on this machine, or on another one, where a code is entered. Servers without such codes make do with
 * the address bar of the other machine's browser, which is then pasted here.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { endpoint, machine, useBrowser, onDevice = false, say } = options;
  const server = await discover(endpoint);
  const hasNoBrowser = useBrowser && browserPrograms(machine, server.issuer).length === 0;
  const { deviceEndpoint } = server;
  if (onDevice && deviceEndpoint === undefined)
    throw new Failure(`${endpoint} has no sign-in by a code: leave out --device`);
  const byCode = async (endpointOfCodes: string): Promise<SignedIn> => {
    const { signInByDevice } = await import('./device.ts');
    const tokens = await signInByDevice({ server: { ...server, deviceEndpoint: endpointOfCodes }, say });
    return { server, tokens };
  };
  if (deviceEndpoint !== undefined && (onDevice || hasNoBrowser)) return await byCode(deviceEndpoint);
  return await signInHere(options, server, byCode);
}

/** @param byCode another way, if no browser can be opened. */
async function signInHere(
  { machine, useBrowser, stepUp, say, input }: SignInOptions,
  server: Server,
  byCode: (deviceEndpoint: string) => Promise<SignedIn>,
): Promise<SignedIn> {
  const loopback = await openLoopback();
  try {
    const attempt = beginAttempt(server, loopback.redirectUri, stepUp);
    const { answered, stop } = answerTo(attempt, loopback, input);
    // It may fail before it is awaited.
    answered.catch(() => {});
    say(`Sign in with your browser:\n\n  ${attempt.url}\n`);
    const programs: readonly Program[] = useBrowser ? browserPrograms(machine, attempt.url) : [];
    const isOpen = await openBrowser(programs);
    if (!isOpen && server.deviceEndpoint !== undefined && useBrowser) {
      stop();
      say('No browser could be opened on this machine.\n');
      return await byCode(server.deviceEndpoint);
    }
    if (!isOpen) explain(say, input !== undefined, useBrowser);
    const code = codeIn(attempt, await answered);
    return { server, tokens: await finishAttempt(server, attempt, code) };
  } finally {
    loopback.close();
  }
}

function explain(say: SignInOptions['say'], canPaste: boolean, wanted: boolean): void {
  const head = wanted ? 'No browser could be opened on this machine. Open' : 'Open';
  const paste = canPaste
    ? '\nIf that is on another machine, its browser shows an error at the end, because the terminal is here. Copy the address that begins\n' +
      'with http://127.0.0.1 from its address bar then, paste it here, and press Enter. Never paste it anywhere else.'
    : '';
  say(`${head} the address above in a browser.${paste}\n`);
}

interface Waiting {
  readonly answered: Promise<URLSearchParams>;
  /** Waits no longer. */
  readonly stop: () => void;
}

/** The first answer to the attempt, by the browser or by paste. */
function answerTo(
  attempt: Attempt,
  loopback: Pick<Awaited<ReturnType<typeof openLoopback>>, 'listen'>,
  input: NodeJS.ReadableStream | undefined,
): Waiting {
  let stop = (): void => {};
  const answered = new Promise<URLSearchParams>((resolve, reject) => {
    const lines = input && createInterface({ input });
    const timer = setTimeout(() => {
      lines?.close();
      reject(new Failure('nobody signed in within ten minutes'));
    }, LONGEST_MS);
    stop = () => {
      clearTimeout(timer);
      lines?.close();
    };
    const take = (answer: URLSearchParams): boolean => {
      if (!isAnswerTo(attempt, answer)) return false;
      stop();
      resolve(answer);
      return true;
    };
    loopback.listen(take);
    lines?.on('line', (line) => {
      const pasted = parseUrl(line.trim());
      if (line.trim() !== '' && (pasted === undefined || !take(pasted.searchParams)))
        process.stderr.write('That is not the address of this sign-in: it begins with http://127.0.0.1.\n');
    });
  });
  return { answered, stop };
}
