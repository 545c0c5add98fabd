import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { renderErrorPage } from '../../http/error-page.ts';
import { networksOf } from '../../identity/attempts/networks.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';

/**
 * By these anybody, signed in or not, has something put into the store: interactions, pushed requests, sessions. As oidc-provider takes them:
 * in any case, with a slash behind or without.
 */
const STARTS = /^\/(auth|request|session\/end)\/?$/i;
/** Ms. */
const WINDOW = 60_000;
/** Per address (of IPv6, per /64), process and window: many for an office behind one address, far too few to fill a disk. */
export const MOST_STARTS = 1200;
/** How many times that, for the networks of an address from the narrowest on: one party may have all of an IPv6 /48, or more. */
const TIMES: readonly number[] = [1, 3, 30];
/** Networks that are counted at once, at most. */
const MOST_NETWORKS = 20_000;

interface LimitDependencies {
  readonly clock: Clock;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly requestIdOf: (request: object) => string;
}

/**
 * Refuses, by 429, what one address starts beyond a limit. Counted in memory: a counter in the store would itself be what it
 * is to prevent, a write for each request of anybody.
 */
export function limitStarts({ clock, clientAddress, requestIdOf }: LimitDependencies) {
  const counts = new BoundedCache<string, { since: number; count: number }>(MOST_NETWORKS);
  const countOf = (network: string): number => {
    const now = clock.now();
    const known = counts.get(network);
    if (known !== undefined && now - known.since < WINDOW) return ++known.count;
    counts.set(network, { since: now, count: 1 });
    return 1;
  };
  // What a narrow network is refused does not count against the wider ones, which others share.
  const mayStart = (address: string): boolean =>
    networksOf(address).every(({ name }, index) => countOf(name) <= MOST_STARTS * (TIMES[index] ?? 1));
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): void | Promise<void> => {
    if (!STARTS.test(ctx.path) || mayStart(clientAddress(ctx.req))) return next();
    ctx.status = 429;
    ctx.set('Retry-After', String(WINDOW / 1000));
    ctx.type = 'html';
    ctx.body = renderErrorPage({
      title: 'Too many requests',
      message: 'Too many sign-ins were started from your network. Wait a minute, then try again.',
      requestId: requestIdOf(ctx.req),
    });
  };
}
