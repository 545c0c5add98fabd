import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Call } from './connection.ts';
import { isDuplicate } from './mongo-errors.ts';
import type { RecordPlace, RecordTable } from './record-table.ts';
import { type HeldClaim, newStamp } from './stored-record.ts';
import { firstText } from './tuple-text.ts';
import type { SwapGuard } from './update-tickets.ts';

/** That a value of a unique index belongs to a document. `_id` is the index's name and the value, as a tuple. */
interface Claim {
  readonly _id: string;
  /** The owner's id, and its `a`. */
  readonly o: string;
  readonly a: string;
  /** Which attempt made it. */
  readonly n: string;
}

/**
 * Unique values where no index of the server holds them. The rules, from which it follows that no two documents ever hold a
 * value, whatever crashes and however late a request arrives:
 * - A document is read at a version; then the claims that its new form needs are made, or stamped anew if they are its own;
 *   only then is it replaced, by compare-and-swap on that version.
 * - A claim whose owner does not hold the value is under way, or left over. Nobody can tell which, so whoever wants the value
 *   first gives the owner a new version (its replacement, should one be under way, will fail and begin anew), then takes the
 *   claim away by its stamp (which a new attempt of the owner would have changed).
 * - A document that does not exist has no claims: one that is inserted with some is a reservation first (record-writer.ts).
 */
export interface Claims {
  /**
   * Claims values for a document.
   * @throws {DuplicateKeyError} where another document holds one.
   */
  make(call: Call, ids: readonly string[], owner: RecordPlace): Promise<readonly HeldClaim[]>;
  /** Gives back the claims of values that the document just lost. */
  release(call: Call, held: readonly HeldClaim[]): Promise<void>;
  /** Gives back claims of an attempt that came to nothing. */
  abandon(call: Call, made: readonly HeldClaim[], owner: RecordPlace): Promise<void>;
}

/** An attempt that is under way is let finish so long before it is disturbed. */
const PATIENCE_MS = 1000;
const LOOK_EVERY_MS = 20;

export function openClaims(
  connection: mongoose.Connection,
  name: string,
  { records, guard }: { readonly records: RecordTable; readonly guard: SwapGuard },
): Claims {
  const collection = `${name}.claims`;
  const claims = () => connection.collection<Claim>(collection);

  async function insert(call: Call, claim: Claim): Promise<boolean> {
    try {
      await call(() => claims().insertOne({ ...claim }));
      return true;
    } catch (failure) {
      if (isDuplicate(failure)) return false;
      throw failure;
    }
  }

  /** Changes or removes a claim, if it still is that of the attempt `from`. */
  async function swap(call: Call, id: string, from: string, next?: Claim): Promise<boolean> {
    const filter = { _id: id, n: from };
    const done = await guard(call, { collection, id, version: from }, () =>
      call(async () => {
        if (next === undefined) return (await claims().deleteOne(filter)).deletedCount;
        return (await claims().replaceOne(filter, { o: next.o, a: next.a, n: next.n })).matchedCount;
      }),
    );
    return done === 1;
  }

  /** Takes a claim away unless its owner holds the value. `held`: it does. */
  async function vacate(call: Call, claim: Claim): Promise<'held' | 'vacated' | 'changed'> {
    const place = { id: claim.o, scope: claim.a };
    const owner = await records.read(call, place);
    if (owner?.c?.some(({ i }) => i === claim._id)) return 'held';
    if (owner !== undefined && !(await records.touch(call, place, owner.v, newStamp()))) return 'changed';
    return (await swap(call, claim._id, claim.n)) ? 'vacated' : 'changed';
  }

  /** Waits while a claim of another document is under way. */
  async function settled(call: Call, claim: Claim): Promise<'held' | 'left over' | 'changed'> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const owner = await records.read(call, { id: claim.o, scope: claim.a });
      if (owner === undefined) return 'left over';
      if (owner.c?.some(({ i }) => i === claim._id)) return 'held';
      if (performance.now() > end) return 'left over';
      await sleep(LOOK_EVERY_MS * (0.5 + Math.random()));
      const now = await call(() => claims().findOne({ _id: claim._id }));
      if (now?.n !== claim.n) return 'changed';
    }
  }

  async function claimOne(call: Call, claim: Claim): Promise<void> {
    while (!(await insert(call, claim))) {
      const taken = await call(() => claims().findOne({ _id: claim._id }));
      if (taken === null) continue;
      if (taken.o === claim.o) {
        if (await swap(call, claim._id, taken.n, claim)) return;
        continue;
      }
      const state = await settled(call, taken);
      if (state === 'changed') continue;
      if (state === 'held' || (await vacate(call, taken)) === 'held')
        throw new DuplicateKeyError(name, firstText(claim._id));
    }
  }

  return {
    async make(call, ids, owner) {
      const stamp = newStamp();
      const made: HeldClaim[] = [];
      try {
        for (const id of ids) {
          await claimOne(call, { _id: id, o: owner.id, a: owner.scope, n: stamp });
          made.push({ i: id, n: stamp });
        }
      } catch (failure) {
        if (failure instanceof DuplicateKeyError) await this.abandon(call, made, owner);
        throw failure;
      }
      return made;
    },

    async release(call, held) {
      for (const { i, n } of held) await swap(call, i, n);
    },

    async abandon(call, made, owner) {
      for (const { i, n } of made) await vacate(call, { _id: i, o: owner.id, a: owner.scope, n });
    },
  };
}
