import mongoose from 'mongoose';
import type { Call } from './connection.ts';
import type { CollectionPlan, IndexPlan } from './index-plan.ts';
import { isDuplicate } from './mongo-errors.ts';
import type { StoredRecord } from './stored-record.ts';
import type { SwapGuard } from './update-tickets.ts';

/** Names a version of a record. */
export interface RecordPlace {
  readonly id: string;
  /** The record's `a`. */
  readonly scope: string;
}

/** The single steps on the records of a collection, each one round trip. */
export interface RecordTable {
  readonly model: mongoose.Model<StoredRecord>;
  read(call: Call, place: RecordPlace): Promise<StoredRecord | undefined>;
  /** `taken` where the key or a unique index is. */
  insert(call: Call, record: StoredRecord): Promise<'written' | 'taken'>;
  /** Inserts many, as far as they go. Returns the places in `records` of those that were taken. */
  insertMany(call: Call, records: readonly StoredRecord[]): Promise<readonly number[]>;
  /** Puts a record in the place of its version `from`; `lost` where the record is not of that version any more. */
  replace(call: Call, record: StoredRecord, from: string): Promise<'written' | 'lost' | 'taken'>;
  /** Gives a record another version, so that whoever was about to replace it has to look again. */
  touch(call: Call, place: RecordPlace, from: string, to: string): Promise<boolean>;
  remove(call: Call, place: RecordPlace, from: string): Promise<boolean>;
  /** Removes a document, whatever its version. Returns what was removed. */
  take(call: Call, place: RecordPlace): Promise<StoredRecord | undefined>;
  /** The records that have the id, or hold one of the unique entries, of this one. */
  holders(call: Call, record: Pick<StoredRecord, '_id' | 'a' | 'x'>): Promise<readonly StoredRecord[]>;
  /** How many bytes the records have, uncompressed; `undefined` if the server does not say. */
  bytes(call: Call): Promise<number | undefined>;
  /**
   * Makes the indexes of the plan, and drops what the `former` ones had else: a unique one that nothing is kept for any more
   * would bind documents still. Those that an operator made stay.
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
      // `storageSize` is that of the file, which keeps the space of what was removed.
      const stages = [{ $collStats: { storageStats: {} } }, { $project: { size: '$storageStats.size' } }];
      const sizes = await call(() => model.aggregate<{ readonly size?: unknown }>(stages).exec());
      // One of each shard.
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
      // Another process that starts did.
      if (!(cause instanceof mongoose.mongo.MongoServerError && cause.codeName === 'IndexNotFound')) throw failure;
    }
  }
}

/** `lean`: neither documents of mongoose are made, nor the records copied. */
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

/** The server's indexes: `sparse` where the index binds or finds only documents that have all of its fields. */
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
  // A collection may be opened anew under another declaration: each gets a model of its own.
  return connection.model<StoredRecord>(`${name} ${connection.modelNames().length}`, schema);
}
