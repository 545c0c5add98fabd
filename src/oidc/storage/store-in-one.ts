import type { Context, Middleware } from 'koa';
import type { CurrentRequest } from '../library/current-request.ts';
import { isGone } from '../library/records/kept-records.ts';
import { ISSUER_PATH } from '../own-client.ts';
import { type ReadAheadDependencies, readAhead } from './read-ahead.ts';

interface StoreInOneDependencies extends ReadAheadDependencies {
  readonly current: CurrentRequest;
  /** Answers a request to continue after an interaction that has ended, or whose session has (then without its id). */
  readonly showEnded: (ctx: Context, uid: string) => Promise<void>;
}

/** Reads the records of a browser's request at the beginning, and writes everything that a request changed at its end. */
export function storeInOne({ requests, current, random, showEnded }: StoreInOneDependencies) {
  return (resumed: (ctx: Context) => string | undefined): Middleware =>
    async (ctx, next) => {
      const url = ISSUER_PATH + ctx.url;
      const served = requests.run(ctx.req, () => {
        // A machine's request names no records to read ahead.
        if (ctx.headers.cookie === undefined) return next();
        return current.during(ctx.req, async () => {
          const uid = resumed(ctx);
          const isThere = await readAhead({ requests, random }, ctx.req, uid);
          await (uid === undefined || isThere ? next() : showEnded(ctx, uid));
        });
      });
      try {
        await served;
      } catch (error) {
        if (!isGone(error)) throw error;
        // The session has ended while this was answered, or got a new id in another tab, whose cookie this answer must not replace.
        ctx.remove('Set-Cookie');
        if (ctx.method !== 'GET') return await showEnded(ctx, '');
        // The browser asks again, as who it is by now.
        ctx.redirect(url);
        ctx.status = 303;
      }
    };
}
