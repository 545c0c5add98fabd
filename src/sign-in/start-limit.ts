import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { showErrorPage } from '../http/error-page.ts';
import { say } from '../http/messages/say.ts';
import type { PageContext } from '../http/page.ts';
import { networksOf } from '../identity/attempts/networks.ts';
import { BoundedCache } from '../kernel/bounded-cache.ts';
import type { Clock } from '../kernel/clock.ts';

/** Ms. */
const WINDOW = 60_000;
/**
 * The limit per address (for IPv6, per /64), process and window: generous for an office behind one address, far too low to fill a disk.
 */
export const MAX_STARTS = 1200;
/** Multiples of that limit for the networks of an address, narrowest first: one party may own an entire IPv6 /48, or more. */
const TIMES: readonly number[] = [1, 3, 30];
/** Maximum number of networks counted at the same time. */
const MAX_NETWORKS = 20_000;

interface LimitDependencies {
  readonly clock: Clock;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly requestIdOf: (request: object) => string;
}

/**
 * Counts a request with which anyone, signed in or not, can add records to the store.
 * @returns whether it may go on. If not, it has been answered with 429.
 */
export type StartLimit = (ctx: Pick<Context, 'req'> & PageContext & { status: number }) => boolean;

/** Counts in memory, because a counter in the store would itself be a write for each request. */
export function openStartLimit({ clock, clientAddress, requestIdOf }: LimitDependencies): StartLimit {
  const counts = new BoundedCache<string, { since: number; count: number }>(MAX_NETWORKS);
  const countOf = (network: string): number => {
    const now = clock.now();
    const known = counts.get(network);
    if (known !== undefined && now - known.since < WINDOW) return ++known.count;
    counts.set(network, { since: now, count: 1 });
    return 1;
  };
  // A request refused for a narrow network does not count against the wider ones, which it shares with others.
  const mayStart = (address: string): boolean =>
    networksOf(address).every(({ name }, index) => countOf(name) <= MAX_STARTS * (TIMES[index] ?? 1));
  return (ctx) => {
    if (mayStart(clientAddress(ctx.req))) return true;
    ctx.status = 429;
    ctx.set('Retry-After', String(WINDOW / 1000));
    showErrorPage(ctx, {
      title: say('frame.tooManyRequests'),
      message: say('frame.tooManyStarts'),
      requestId: requestIdOf(ctx.req),
    });
    return false;
  };
}
