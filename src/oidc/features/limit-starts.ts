import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { renderErrorPage } from '../../http/error-page.ts';
import { addressGroup } from '../../identity/sign-in/networks.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';

/**
 * By these anybody, signed in or not, has something put into the store: interactions, pushed requests, sessions. As oidc-provider takes them:
 * in any case, with a slash behind or without.
 */
const STARTS = /^\/(auth|request|session\/end)\/?$/i;
/** Ms. */
const WINDOW = 60_000;
/** Per address, process and window: many for an office behind one address, far too few to fill a disk. */
export const MOST_STARTS = 1200;
/** Addresses that are counted at once, at most. */
const MOST_ADDRESSES = 20_000;

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
  const counts = new BoundedCache<string, { since: number; count: number }>(MOST_ADDRESSES);
  const mayStart = (address: string): boolean => {
    const now = clock.now();
    const known = counts.get(address);
    if (known === undefined || now - known.since >= WINDOW) {
      counts.set(address, { since: now, count: 1 });
      return true;
    }
    known.count++;
    return known.count <= MOST_STARTS;
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): void | Promise<void> => {
    if (!STARTS.test(ctx.path) || mayStart(addressGroup(clientAddress(ctx.req)))) return next();
    ctx.status = 429;
    ctx.set('Retry-After', String(WINDOW / 1000));
    ctx.type = 'html';
    ctx.body = renderErrorPage({
      title: 'Too many requests',
      message: 'Too many sign-ins were begun from your network. Wait a minute, then try again.',
      requestId: requestIdOf(ctx.req),
    });
  };
}
