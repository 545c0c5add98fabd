import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Call } from './connection.ts';
import { isDuplicate } from './mongo-errors.ts';
import type { RecordPlace, RecordTable } from './record-table.ts';
import { type HeldClaim, newStamp } from './stored-record.ts';
import { firstText } from './tuple-text.ts';
import type { SwapGuard } from './update-tickets.ts';

/** A claim: a value of a unique index belongs to a document. `_id` is a tuple of the index's name and the value. */
interface Claim {
  readonly _id: string;
  /** The owner's `_id`; the next field is its `a`. */
  readonly o: string;
  readonly a: string;
  /** The attempt that made the claim. */
  readonly n: string;
}

/**
 * Unique values for cases where no server index can enforce them. These rules ensure that no two documents ever hold the same
 * value, whatever crashes and however late a request arrives:
 * - To write a document, read it at a version, then make the claims that its new form needs (or restamp its own), and only then
 *   replace it with a compare-and-swap on that version.
 * - A claim whose owner does not hold the value is in progress or left over, and no one can tell which. So a process that wants the
 *   value first gives the owner a new version, which makes any replacement in progress fail and start again. Then it removes the
 *   claim by its stamp, which a new attempt of the owner would have changed.
 * - A document that does not exist has no claims: one inserted with claims is first inserted as a reservation (record-writer.ts).
 */
export interface Claims {
  /**
   * Claims values for a document.
   * @throws {DuplicateKeyError} if another document holds one of them.
   */
  make(call: Call, ids: readonly string[], owner: RecordPlace): Promise<readonly HeldClaim[]>;
  /** Releases the claims on values that the document no longer has. */
  release(call: Call, held: readonly HeldClaim[]): Promise<void>;
  /** Releases the claims of a failed attempt. */
  abandon(call: Call, made: readonly HeldClaim[], owner: RecordPlace): Promise<void>;
}

/** How long an attempt in progress is left alone before its claim is taken away. */
const MAX_WAIT_MS = 1000;
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

  /** Replaces or removes a claim, if it still belongs to the attempt `from`. */
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

  /** Removes a claim unless its owner holds the value, in which case it returns `held`. */
  async function vacate(call: Call, claim: Claim): Promise<'held' | 'vacated' | 'changed'> {
    const place = { id: claim.o, scope: claim.a };
    const owner = await records.read(call, place);
    if (owner?.c?.some(({ i }) => i === claim._id)) return 'held';
    if (owner !== undefined && !(await records.touch(call, place, owner.v, newStamp()))) return 'changed';
    return (await swap(call, claim._id, claim.n)) ? 'vacated' : 'changed';
  }

  /** Waits while another document's claim is in progress. */
  async function settled(call: Call, claim: Claim): Promise<'held' | 'left over' | 'changed'> {
    const end = performance.now() + MAX_WAIT_MS;
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
