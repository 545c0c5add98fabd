import type mongoose from 'mongoose';
import type { Clock } from '../../kernel/clock.ts';
import type { Call } from './connection.ts';
import { isDuplicate } from './mongo-errors.ts';
import { newStamp } from './stored-record.ts';

/** Replaces or removes a version of a document. Returns `undefined` if another process is doing so at the same time. */
export type SwapGuard = <Result>(
  call: Call,
  place: { readonly collection: string; readonly id: string; readonly version: string },
  act: () => Promise<Result>,
) => Promise<Result | undefined>;

/** For servers whose replacements check the filter and write atomically. */
export const unguarded: SwapGuard = (_call, _place, act) => act();

interface Ticket {
  readonly _id: string;
  readonly holder: string;
  readonly at: number;
}

/** Tickets left by a crashed process are removed after this time, which is longer than any request lives. */
const STALE_AFTER_MS = 15_000;

/**
 * FerretDB v1 checks the filter of a replacement and then writes by key, so two that compare the same version both succeed. Inserts
 * are atomic, though. So a process that wants to replace a version first inserts a ticket named after that version. When the ticket
 * is released, the version is gone and versions never recur, so the filter refuses latecomers. This costs two extra round trips, on
 * these servers only.
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
    // Our own ticket, which we could not release because the server was unavailable.
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
