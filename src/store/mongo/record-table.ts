import mongoose from 'mongoose';
import type { Call } from './connection.ts';
import type { CollectionPlan, IndexPlan } from './index-plan.ts';
import { isDuplicate } from './mongo-errors.ts';
import type { StoredRecord } from './stored-record.ts';
import type { SwapGuard } from './update-tickets.ts';

/** Identifies a record. */
export interface RecordPlace {
  readonly id: string;
  /** The record's `a`. */
  readonly scope: string;
}

/** Single steps on the records of a collection, each one round trip. */
export interface RecordTable {
  readonly model: mongoose.Model<StoredRecord>;
  read(call: Call, place: RecordPlace): Promise<StoredRecord | undefined>;
  /** Returns `taken` if the key or a value of a unique index already exists. */
  insert(call: Call, record: StoredRecord): Promise<'written' | 'taken'>;
  /** Inserts as many as possible. Returns the positions in `records` of those that were taken. */
  insertMany(call: Call, records: readonly StoredRecord[]): Promise<readonly number[]>;
  /** Replaces version `from` of a record. Returns `lost` if the record no longer has that version. */
  replace(call: Call, record: StoredRecord, from: string): Promise<'written' | 'lost' | 'taken'>;
  /** Gives a record a new version, so that any pending replacement must read it again. */
  touch(call: Call, place: RecordPlace, from: string, to: string): Promise<boolean>;
  remove(call: Call, place: RecordPlace, from: string): Promise<boolean>;
  /** Removes a document, whatever its version. Returns the removed record. */
  take(call: Call, place: RecordPlace): Promise<StoredRecord | undefined>;
  /** The records with the same id as this one, or with one of its unique entries. */
  holders(call: Call, record: Pick<StoredRecord, '_id' | 'a' | 'x'>): Promise<readonly StoredRecord[]>;
  /** The uncompressed size of the records in bytes; `undefined` if the server does not report it. */
  bytes(call: Call): Promise<number | undefined>;
  /**
   * Creates the indexes of the plan and drops other indexes from `former`: a unique index that is no longer maintained would still
   * constrain documents. Indexes created by an operator stay.
   */
  adoptIndexes(call: Call, former: readonly string[]): Promise<void>;
}

export function openRecordTable(
  connection: mongoose.Connection,
  name: string,
  { plan, guard }: { readonly plan: CollectionPlan; readonly guard: SwapGuard },
): RecordTable {
  const model = modelOf(connection, name, plan);
  const at = ({ id, scope }: RecordPlace) => (plan.sharded ? { _id: id, a: scope } : { _id: id });
  const placeOf = (record: Pick<StoredRecord, '_id' | 'a'>): RecordPlace => ({ id: record._id, scope: record.a });
  const guarded = <Result>(call: Call, id: string, version: string, act: () => Promise<Result>) =>
    guard(call, { collection: name, id, version }, () => call(act));

  return {
    model,

    read: async (call, place) => (await call(() => model.findOne(at(place)).lean<StoredRecord>().exec())) ?? undefined,

    async bytes(call) {
      // `storageSize` is the size of the file, which does not shrink when documents are removed.
      const stages = [{ $collStats: { storageStats: {} } }, { $project: { size: '$storageStats.size' } }];
      const sizes = await call(() => model.aggregate<{ readonly size?: unknown }>(stages).exec());
      // One size per shard.
      const known = sizes.flatMap(({ size }) => (typeof size === 'number' ? [size] : []));
      return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size, 0);
    },

    insert: (call, record) =>
      unlessTaken(async () => {
        await call(() => model.insertMany([record], INSERT));
        return 'written' as const;
      }),

    async insertMany(call, records) {
      try {
        await call(() => model.insertMany([...records], INSERT));
        return [];
      } catch (failure) {
        if (!isDuplicate(failure) || !(failure instanceof mongoose.mongo.MongoBulkWriteError)) throw failure;
        return [failure.writeErrors].flat().map(({ index }) => index);
      }
    },

    replace: (call, record, from) =>
      unlessTaken(async () => {
        const filter = { ...at(placeOf(record)), v: from };
        const result = await guarded(call, record._id, from, () => model.replaceOne(filter, record).exec());
        return result?.matchedCount === 1 ? 'written' : 'lost';
      }),

    async touch(call, place, from, to) {
      const filter = { ...at(place), v: from };
      const result = await guarded(call, place.id, from, () => model.updateOne(filter, { $set: { v: to } }).exec());
      return result?.matchedCount === 1;
    },

    async remove(call, place, from) {
      const result = await guarded(call, place.id, from, () => model.deleteOne({ ...at(place), v: from }).exec());
      return result?.deletedCount === 1;
    },

    take: async (call, place) =>
      (await call(() =>
        model
          .findOneAndDelete({ ...at(place), d: { $exists: true } })
          .lean<StoredRecord>()
          .exec(),
      )) ?? undefined,

    holders: (call, record) =>
      call(() =>
        model
          .find({ $or: [at(placeOf(record)), ...uniqueEntries(plan, record)] })
          .lean<StoredRecord[]>()
          .exec(),
      ),

    async adoptIndexes(call, former) {
      const wanted = indexesOf(plan);
      for (const { key, ...options } of wanted) await call(() => model.collection.createIndex(key, { ...options }));
      const kept = new Set(wanted.map((index) => index.name));
      const dropped = new Set(
        former.flatMap((index) => [index, uniqueName(index)]).filter((index) => !kept.has(index)),
      );
      for (const { name: index } of await call(() => model.collection.indexes()))
        if (index !== undefined && dropped.has(index)) await dropIndex(call, index);
    },
  };

  async function dropIndex(call: Call, index: string): Promise<void> {
    try {
      await call(() => model.collection.dropIndex(index));
    } catch (failure) {
      const { cause } = failure as Error;
      // Another starting process already dropped it.
      if (!(cause instanceof mongoose.mongo.MongoServerError && cause.codeName === 'IndexNotFound')) throw failure;
    }
  }
}

/** `lean`: skip creating mongoose documents and copying the records. */
const INSERT = { ordered: false, lean: true, throwOnValidationError: true } as const;

async function unlessTaken<Outcome>(write: () => Promise<Outcome>): Promise<Outcome | 'taken'> {
  try {
    return await write();
  } catch (failure) {
    if (isDuplicate(failure)) return 'taken';
    throw failure;
  }
}

function uniqueEntries(plan: CollectionPlan, record: Pick<StoredRecord, 'a' | 'x'>) {
  return [...plan.indexes.values()].flatMap(({ name, held }) => {
    const entry = record.x[name];
    if (typeof entry !== 'string') return [];
    if (held === 'by-index') return [{ [`x.${name}`]: entry }];
    return held === 'by-scoped-index' ? [{ a: record.a, [`x.${name}`]: entry }] : [];
  });
}

interface ServerIndex {
  readonly key: Readonly<Record<string, 1>>;
  readonly name: string;
  readonly unique?: true;
  readonly sparse?: true;
}

/** The server's indexes. `sparse`: only documents that have all of its fields are indexed. */
export function indexesOf(plan: CollectionPlan): readonly ServerIndex[] {
  return [{ key: { s: 1 }, name: 'declaration' }, ...[...plan.indexes.values()].map(serverIndex)];
}

const uniqueName = (index: string) => `${index}-unique`;

function serverIndex({ name, arrayDepth, held }: IndexPlan): ServerIndex {
  const path = `x.${name}`;
  if (arrayDepth > 0) return { key: { [`${path}.m`]: 1, [`${path}.r`]: 1 }, name, sparse: true };
  if (held === 'by-scoped-index') return { key: { a: 1, [path]: 1 }, name: uniqueName(name), unique: true };
  if (held === 'by-index') return { key: { [path]: 1 }, name: uniqueName(name), unique: true, sparse: true };
  return { key: { [path]: 1 }, name, sparse: true };
}

function modelOf(connection: mongoose.Connection, name: string, plan: CollectionPlan): mongoose.Model<StoredRecord> {
  const entries = [...plan.indexes.values()].map(({ name: index, arrayDepth }) => [
    index,
    arrayDepth > 0 ? { m: { type: [String], default: undefined }, r: String } : String,
  ]);
  const text = { type: String, required: true } as const;
  const number = { type: Number, required: true } as const;
  const schema = new mongoose.Schema<StoredRecord>(
    {
      _id: String,
      a: { type: String, validate: (value: unknown) => typeof value === 'string' },
      v: text,
      s: number,
      g: number,
      d: mongoose.Schema.Types.Mixed,
      x: Object.fromEntries(entries),
      c: { type: [{ _id: false, i: String, n: String }], default: undefined },
    },
    {
      collection: name,
      minimize: false,
      versionKey: false,
      strict: 'throw',
      strictQuery: 'throw',
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
    },
  );
  // A collection may be reopened under another declaration, so each gets its own model.
  return connection.model<StoredRecord>(`${name} ${connection.modelNames().length}`, schema);
}
