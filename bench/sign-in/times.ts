import { startServer } from '../../harness/start-server.ts';
import {
  addTotp,
  addUser,
  disableUser,
  forEach,
  openSignIn,
  SIGN_IN_ENV,
  stranger,
  typeIn,
  WRONG_PASSWORD,
} from './people.ts';
import { medianOf, quantile } from './quantiles.ts';

/** The answers to a wrong password for one kind of name. */
export interface SignInTimes {
  readonly kind: string;
  readonly tries: number;
  /** Milliseconds from the request to the whole answer. */
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  /**
   * How well the best threshold tells this kind from known names, between 0 (not at all) and 1: the statistic of Kolmogorov and Smirnov.
   */
  readonly distance: number;
  /** What two equal distributions stay below in 99 of 100 runs. */
  readonly noise: number;
}

/** Each name is tried this often: below the limits, which would otherwise be what is measured. */
const TRIES_PER_NAME = 10;

/** The kinds of names, and how one of each is made. */
const KINDS: Readonly<Record<string, (server: Server, name: string) => Promise<unknown>>> = {
  known: (server, name) => addUser(server, name),
  unknown: async () => {},
  disabled: async (server, name) => {
    await addUser(server, name);
    await disableUser(server, name);
  },
  'without a password': (server, name) => addUser(server, name, false),
  'with a second factor': async (server, name) => {
    await addUser(server, name);
    await addTotp(server, name);
  },
  'an unknown address': async () => {},
};

type Server = Awaited<ReturnType<typeof startServer>>;

interface Try {
  readonly kind: string;
  readonly name: string;
}

/**
 * How long a wrong password takes by kind of name [S25]. The kinds take turns in random order, each try from a browser and an address that
 * were never seen, one after the other, so that the times are those of one attacker and not of a queue.
 */
export async function signInTimes(tries: number, log: (line: string) => void): Promise<readonly SignInTimes[]> {
  const names = Math.ceil(tries / TRIES_PER_NAME);
  const server = await startServer({ env: SIGN_IN_ENV, stdoutFile: '/dev/null' });
  try {
    const nameOf = (kind: string, index: number): string => {
      const base = `${kind.replace(/\W+/g, '-')}-${index}`;
      return kind === 'an unknown address' ? `${base}@example.com` : base;
    };
    for (const [kind, make] of Object.entries(KINDS)) await forEach(names, (n) => make(server, nameOf(kind, n)).then());
    log(`${names} names of each of ${Object.keys(KINDS).length} kinds are there`);
    const all = Object.keys(KINDS).flatMap((kind) =>
      Array.from({ length: tries }, (_, index): Try => ({ kind, name: nameOf(kind, index % names) })),
    );
    const times = new Map(Object.keys(KINDS).map((kind): [string, number[]] => [kind, []]));
    for (const each of shuffled(all)) times.get(each.kind)?.push(await timeOf(server, each));
    const known = times.get('known') ?? [];
    return [...times].map(([kind, ms]) => ({
      kind,
      tries,
      p10: quantile(ms, 0.1),
      median: medianOf(ms),
      p90: quantile(ms, 0.9),
      distance: distance(known, ms),
      noise: 1.63 * Math.sqrt(2 / tries),
    }));
  } finally {
    await server.stop();
  }
}

async function timeOf(server: Server, { name }: Try): Promise<number> {
  const page = await openSignIn(server, stranger(server));
  const from = performance.now();
  const answer = await typeIn(page, name, WRONG_PASSWORD);
  const ms = performance.now() - from;
  if (!/is not right|do not match|wrong/i.test(answer.text)) throw new Error(`${name}: ${answer.text.slice(0, 300)}`);
  return ms;
}

/** The greatest difference between two empirical distribution functions. */
function distance(a: readonly number[], b: readonly number[]): number {
  const share = (values: readonly number[], limit: number): number =>
    values.filter((value) => value <= limit).length / values.length;
  return Math.max(...[...a, ...b].map((limit) => Math.abs(share(a, limit) - share(b, limit))));
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const order = [...items];
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [order[index], order[other]] = [order[other] as Item, order[index] as Item];
  }
  return order;
}
