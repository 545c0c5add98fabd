import { setTimeout as sleep } from 'node:timers/promises';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Claims } from './claims.ts';
import type { Call } from './connection.ts';
import type { CollectionPlan } from './index-plan.ts';
import type { RecordPlace, RecordTable } from './record-table.ts';
import { type HeldClaim, newStamp, type PreparedRecord, reservationOf, type StoredRecord } from './stored-record.ts';

/** Writes whole records together with their claims. */
export interface RecordWriter {
  /** @throws {DuplicateKeyError} if the key or a value of a unique index is taken. */
  insert(call: Call, prepared: PreparedRecord<object>): Promise<void>;
  /** Inserts many records, in one round trip if they need no claims. @throws {DuplicateKeyError} if one is taken. */
  insertMany(call: Call, many: readonly PreparedRecord<object>[]): Promise<void>;
  /**
   * Reads the record, asks for its new form and compare-and-swaps, until it succeeds.
   * @returns what was written, or `undefined` if there is no such document.
   * @throws {DuplicateKeyError} if a value of a unique index is taken. Also throws what `change` throws.
   */
  update<Document>(
    call: Call,
    place: RecordPlace,
    change: (old: StoredRecord) => PreparedRecord<Document> | undefined,
  ): Promise<Document | undefined>;
  /** Removes a record and its claims unless `allow` throws. Returns the removed record. */
  remove(call: Call, place: RecordPlace, allow?: (old: StoredRecord) => void): Promise<StoredRecord | undefined>;
}

export interface WriterTools {
  readonly name: string;
  readonly plan: CollectionPlan;
  readonly records: RecordTable;
  readonly claims: Claims;
  /** The declaration version to write. */
  readonly version: number;
  /** Whether the server can remove a record and return it atomically. */
  readonly swapsAtomically: boolean;
}

/** An older reservation was left by a crash, or its owner will find that it has been removed. */
const RESERVED_MS = 1000;
const LOOK_EVERY_MS = 20;

export function recordWriter(tools: WriterTools): RecordWriter {
  const { name, plan, records, claims, version } = tools;
  const recordOf = (prepared: PreparedRecord<object>, held: readonly HeldClaim[] = []): StoredRecord => ({
    ...prepared.base,
    v: newStamp(),
    s: version,
    ...(held.length > 0 && { c: held }),
  });

  /** The error for a refused write; `undefined` if the value is free again or only reserved. */
  async function duplicateOf(call: Call, prepared: PreparedRecord<object>, isNew: boolean) {
    const holders = await records.holders(call, prepared.base);
    const self = holders.find(({ _id }) => _id === prepared.id);
    if (isNew && self?.d !== undefined) return new DuplicateKeyError(name, 'key');
    const others = holders.filter((holder) => holder !== self);
    const taken = [...plan.indexes.values()].find(
      (index) =>
        (index.held === 'by-index' || index.held === 'by-scoped-index') &&
        others.some(({ x }) => x[index.name] !== undefined && x[index.name] === prepared.base.x[index.name]),
    );
    return taken === undefined ? undefined : new DuplicateKeyError(name, taken.name);
  }

  async function insertAlone(call: Call, prepared: PreparedRecord<object>): Promise<void> {
    while ((await records.insert(call, recordOf(prepared))) === 'taken') {
      const duplicate = await duplicateOf(call, prepared, true);
      if (duplicate !== undefined) throw duplicate;
      if (plan.hasClaims) await clearReservation(call, placeOf(prepared));
    }
  }

  /** Waits for the process that reserved the key. If it takes too long, removes the reservation. */
  async function clearReservation(call: Call, place: RecordPlace): Promise<void> {
    const end = performance.now() + RESERVED_MS;
    const first = await records.read(call, place);
    for (let now = first; now !== undefined && now.d === undefined && now.v === first?.v; ) {
      if (performance.now() > end) {
        await records.remove(call, place, now.v);
        return;
      }
      await sleep(LOOK_EVERY_MS);
      now = await records.read(call, place);
    }
  }

  async function reserve(call: Call, prepared: PreparedRecord<object>): Promise<void> {
    const reservation = reservationOf(plan, prepared);
    while ((await records.insert(call, { ...reservation, v: newStamp(), s: version })) === 'taken') {
      const found = await records.read(call, placeOf(prepared));
      if (found?.d !== undefined) throw new DuplicateKeyError(name, 'key');
      await clearReservation(call, placeOf(prepared));
    }
  }

  /** First the key, then the claims, then the document: this lets a process that vacates a claim stop an insert in progress. */
  async function insertWithClaims(call: Call, prepared: PreparedRecord<object>): Promise<void> {
    await reserve(call, prepared);
    try {
      const written = await update(call, placeOf(prepared), (old) => {
        if (old.d !== undefined) throw new DuplicateKeyError(name, 'key');
        return prepared;
      });
      // Another process assumed our reservation was abandoned and removed it.
      if (written === undefined) throw new DuplicateKeyError(name, 'key');
    } catch (failure) {
      if (failure instanceof DuplicateKeyError && failure.index !== 'key') await withdraw(call, placeOf(prepared));
      throw failure;
    }
  }

  async function withdraw(call: Call, place: RecordPlace): Promise<void> {
    const reservation = await records.read(call, place);
    if (reservation !== undefined && reservation.d === undefined) await records.remove(call, place, reservation.v);
  }

  /** One attempt. Adds the claims that it makes to `made`. */
  async function replace(
    call: Call,
    { old, prepared, made }: { old: StoredRecord; prepared: PreparedRecord<object>; made: Map<string, HeldClaim> },
  ): Promise<boolean> {
    const kept = (old.c ?? []).filter(({ i }) => prepared.claims.includes(i));
    const missing = prepared.claims.filter((id) => !kept.some(({ i }) => i === id));
    const added = missing.length === 0 ? [] : await claims.make(call, missing, placeOf(prepared));
    for (const claim of added) made.set(claim.i, claim);
    const outcome = await records.replace(call, recordOf(prepared, [...kept, ...added]), old.v);
    if (outcome === 'taken') {
      const duplicate = await duplicateOf(call, prepared, false);
      if (duplicate !== undefined) throw duplicate;
    }
    if (outcome !== 'written') return false;
    for (const { i } of added) made.delete(i);
    await tidy(() =>
      claims.release(
        call,
        (old.c ?? []).filter((claim) => !kept.includes(claim)),
      ),
    );
    return true;
  }

  async function update<Document>(
    call: Call,
    place: RecordPlace,
    change: (old: StoredRecord) => PreparedRecord<Document> | undefined,
  ): Promise<Document | undefined> {
    const made = new Map<string, HeldClaim>();
    try {
      for (let attempt = 1; ; attempt++) {
        const old = await records.read(call, place);
        const prepared = old === undefined ? undefined : change(old);
        if (old === undefined || prepared === undefined) return undefined;
        if (await replace(call, { old, prepared: prepared as PreparedRecord<object>, made })) return prepared.document;
        await pause(attempt);
      }
    } finally {
      if (made.size > 0) await tidy(() => claims.abandon(call, [...made.values()], place));
    }
  }

  async function insert(call: Call, prepared: PreparedRecord<object>): Promise<void> {
    if (prepared.claims.length === 0) await insertAlone(call, prepared);
    else await insertWithClaims(call, prepared);
  }

  async function insertMany(call: Call, many: readonly PreparedRecord<object>[]): Promise<void> {
    const plain = many.filter((prepared) => prepared.claims.length === 0);
    const taken =
      plain.length === 0
        ? []
        : await records.insertMany(
            call,
            plain.map((prepared) => recordOf(prepared)),
          );
    // Inserting them one by one shows which value is taken, or succeeds if it is free again.
    const alone = plain.filter((_, n) => taken.includes(n));
    for (const prepared of [...alone, ...many.filter((each) => !plain.includes(each))]) await insert(call, prepared);
  }

  async function take(call: Call, place: RecordPlace, allow: ((old: StoredRecord) => void) | undefined) {
    if (allow === undefined && tools.swapsAtomically) return await records.take(call, place);
    for (let attempt = 1; ; attempt++) {
      const old = await records.read(call, place);
      if (old?.d === undefined) return undefined;
      allow?.(old);
      if (await records.remove(call, place, old.v)) return old;
      await pause(attempt);
    }
  }

  return {
    insert,
    insertMany,
    update,
    async remove(call, place, allow) {
      const removed = await take(call, place, allow);
      await tidy(() => claims.release(call, removed?.c ?? []));
      return removed;
    },
  };
}

/** Random backoff after a lost race. */
const pause = (attempt: number) => sleep(Math.random() * Math.min(2 ** attempt, 64));

const placeOf = ({ id, base }: PreparedRecord<object>): RecordPlace => ({ id, scope: base.a });

/** Failures are ignored: the write itself is done, and later operations clean up what is left when they find it. */
async function tidy(clear: () => Promise<void>): Promise<void> {
  try {
    await clear();
  } catch {
    // See above.
  }
}
