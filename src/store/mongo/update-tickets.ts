import type mongoose from 'mongoose';
import type { Clock } from '../../kernel/clock.ts';
import type { Call } from './connection.ts';
import { isDuplicate } from './mongo-errors.ts';
import { newStamp } from './stored-record.ts';

/** Does what replaces or removes a document's version, if nobody else does so at the same time: else `undefined`. */
export type SwapGuard = <Result>(
  call: Call,
  place: { readonly collection: string; readonly id: string; readonly version: string },
  act: () => Promise<Result>,
) => Promise<Result | undefined>;

/** On servers whose replacements look at the filter and write in one act. */
export const unguarded: SwapGuard = (_call, _place, act) => act();

interface Ticket {
  readonly _id: string;
  readonly holder: string;
  readonly at: number;
}

/** What a crashed process left is swept aside after so long: longer than any request lives. */
const STALE_AFTER_MS = 15_000;

/**
 * FerretDB v1 looks at the filter of a replacement, and writes by the key afterwards: of two that compare the same version both
 * win. Inserts hold, though. So whoever wants to replace a version first inserts a ticket that is named after it. When the
 * ticket is given back the version is no more, and versions never come again: the filter refuses whoever comes later. This
 * costs two round trips, only there.
 */
export function ticketGuard(connection: mongoose.Connection, clock: Clock): SwapGuard {
  const tickets = () => connection.collection<Ticket>('rolecall-tickets');
  const holder = newStamp();
  const inUse = new Set<string>();

  async function take(call: Call, id: string): Promise<boolean> {
    try {
      await call(() => tickets().insertOne({ _id: id, holder, at: clock.now() }));
      return true;
    } catch (failure) {
      if (!isDuplicate(failure)) throw failure;
    }
    const taken = await call(() => tickets().findOne({ _id: id }));
    if (taken === null) return false;
    // One that we could not give back: the server was away.
    if (taken.holder === holder) return true;
    if (taken.at + STALE_AFTER_MS < clock.now()) await call(() => tickets().deleteOne({ _id: id, at: taken.at }));
    return false;
  }

  return async (call, { collection, id, version }, act) => {
    const ticket = `${collection} ${version} ${id}`;
    if (inUse.has(ticket)) return undefined;
    inUse.add(ticket);
    try {
      if (!(await take(call, ticket))) return undefined;
      try {
        return await act();
      } finally {
        await call(() => tickets().deleteOne({ _id: ticket })).catch(() => {});
      }
    } finally {
      inUse.delete(ticket);
    }
  };
}
