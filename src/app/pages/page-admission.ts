import type { PageRequest } from './page-request.ts';
import type { Turns } from './turns.ts';
import { waitingPages } from './waiting-pages.ts';

/**
 * Decides when requests for pages are started, so that the calls of programs, which share the event loop, never wait for more than a page or
 * two. One page is started in a turn of the loop, and only if the turn before was short: pages that were started earlier go on in turns that
 * nobody controls, so a long turn means that there are enough of them. It counts no pages in progress: one that waits for a directory costs the
 * loop nothing, and must not hold others up.
 */
export interface PageAdmission {
  /** Starts a request, lets it wait, or refuses it. Returns whether it waits. */
  admit(request: PageRequest): boolean;
  /** Forgets a request that waits, because its client has gone. */
  forget(request: PageRequest): void;
  /** Refuses those that still wait, because the process is about to end. */
  refuseWaiting(): void;
  readonly waiting: number;
  /** Since the start of the process. */
  readonly refused: number;
}

export interface PacingRules {
  /** How long a turn may be for another page to be started after it; ms. */
  readonly shortTurn: number;
  /** However busy the loop is, a page is started after so many ms: calls must not keep people from signing in. */
  readonly longestPause: number;
  /** How many requests of a kind may wait. */
  readonly room: number;
}

export const PACING: PacingRules = { shortTurn: 1, longestPause: 15, room: 1500 };

interface AdmissionDependencies {
  readonly turns: Turns;
  /** Whether a password could be checked soon. Forms wait until then. */
  readonly mayHash: () => boolean;
  /** Told for how many seconds each started request waited. */
  readonly observeWait: (seconds: number) => void;
  readonly rules?: PacingRules;
}

export function pageAdmission(deps: AdmissionDependencies): PageAdmission {
  const { turns, mayHash, observeWait, rules = PACING } = deps;
  const { shortTurn, longestPause } = rules;
  const queue = waitingPages(rules.room);
  const since = new WeakMap<PageRequest, number>();
  let refused = 0;
  let isWatching = false;
  let willLook = false;
  let turnBegan = 0;
  let lastStart = Number.NEGATIVE_INFINITY;

  function start(request: PageRequest, now: number): void {
    lastStart = now;
    observeWait((now - (since.get(request) ?? now)) / 1000);
    request.start();
  }

  /** Watches the turns from the first page on, until one is short and nobody waits. */
  function watch(now: number): void {
    turnBegan = now;
    isWatching = true;
    turns.afterThis(turnEnded);
  }

  function turnEnded(): void {
    const now = turns.now();
    const wasShort = now - turnBegan <= shortTurn;
    isWatching = false;
    if (!wasShort && (queue.size === 0 || now - lastStart < longestPause)) {
      watch(now);
      return;
    }
    const next = queue.take(mayHash());
    if (next !== undefined) {
      watch(now);
      start(next, now);
    } else if (queue.size > 0) lookSoon();
  }

  /** All that wait are forms, and too many passwords are being checked. The loop may sleep meanwhile. */
  function lookSoon(): void {
    if (willLook) return;
    willLook = true;
    turns.soon(() => {
      willLook = false;
      if (!isWatching && queue.size > 0) watch(turns.now());
    });
  }

  function refuse(request: PageRequest): void {
    refused += 1;
    request.refuse();
  }

  return {
    get waiting() {
      return queue.size;
    },
    get refused() {
      return refused;
    },
    admit(request) {
      const now = turns.now();
      if (!isWatching) {
        watch(now);
        if (!request.isForm || (queue.size === 0 && mayHash())) {
          start(request, now);
          return false;
        }
      }
      since.set(request, now);
      const displaced = queue.add(request);
      if (displaced !== undefined) refuse(displaced);
      return displaced !== request;
    },
    forget: (request) => queue.remove(request),
    refuseWaiting() {
      for (let next = queue.take(true); next !== undefined; next = queue.take(true)) refuse(next);
    },
  };
}
