import type { Context, Middleware } from 'koa';
import type { CurrentRequest } from '../library/current-request.ts';
import { type ReadAheadDependencies, readAhead } from './read-ahead.ts';

interface StoreInOneDependencies extends ReadAheadDependencies {
  readonly current: CurrentRequest;
  /** Answers a request to continue after an interaction that has ended. */
  readonly showEnded: (ctx: Context, uid: string) => Promise<void>;
}

/** Reads the records of a browser's request at the beginning, and writes everything that a request changed at its end. */
export function storeInOne({ requests, current, random, showEnded }: StoreInOneDependencies) {
  return (resumed: (ctx: Context) => string | undefined): Middleware =>
    (ctx, next) =>
      requests.run(ctx.req, () => {
        // A machine's request names no records to read ahead.
        if (ctx.headers.cookie === undefined) return next();
        return current.during(ctx.req, async () => {
          const uid = resumed(ctx);
          const isThere = await readAhead({ requests, random }, ctx.req, uid);
          await (uid === undefined || isThere ? next() : showEnded(ctx, uid));
        });
      });
}
