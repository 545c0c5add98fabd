import type { QueryFilter } from 'mongoose';
import { type FindOptions, type IndexValue, InvalidCursorError } from '../../ports/collections.ts';
import type { Call } from './connection.ts';
import type { CollectionPlan, IndexPlan } from './index-plan.ts';
import type { RecordTable } from './record-table.ts';
import type { StoredRecord } from './stored-record.ts';
import { ABOVE_ALL, encodeTuple, firstText, LEAST } from './tuple-text.ts';

const DEFAULT_LIMIT = 100;
/** The server aborts reads that take longer; by then the caller has given up. */
const MAX_TIME_MS = 5000;

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  readonly next?: string;
}

/** Which entries of an index to read. `index` is `undefined` for the key. */
export interface Selection {
  readonly index: IndexPlan | undefined;
  readonly values: readonly IndexValue[];
  readonly options: FindOptions;
  /** The fields of the key. The first one is the `a` of each record. */
  readonly keyFields: readonly string[];
}

/** A range of texts: conditions on one field of the records. */
type Range = { $gte: string; $lt: string; $gt?: string };

interface Source {
  readonly plan: CollectionPlan;
  readonly records: RecordTable;
}

/**
 * A page of an index's entries, in order. A cursor is the last entry's text after the values that were asked for. It marks a
 * position in the order, so it stays valid if that entry is deleted, and it cannot lead outside those values.
 */
export async function pageOf(call: Call, source: Source, selection: Selection): Promise<RecordPage> {
  if (isSpread(selection)) return await spreadPage(call, source, selection);
  const { options } = selection;
  const limit = options.limit ?? DEFAULT_LIMIT;
  const found = await call(() =>
    source.records.model
      .find(filterOf(source.plan, selection))
      .sort({ [orderedField(selection)]: options.descending === true ? -1 : 1 })
      .limit(limit + 1)
      // One batch for the whole page: the driver's first batch would have only 101.
      .batchSize(limit + 1)
      .maxTimeMS(MAX_TIME_MS)
      .lean<StoredRecord[]>()
      .exec(),
  );
  const records = found.slice(0, limit);
  const last = records.at(-1);
  if (found.length <= limit || last === undefined) return { records };
  return { records, next: cursorAfter(selection, entryText(selection, last)) };
}

/** Counts entries, looking at no more than `limit` of them. */
export async function countOf(
  call: Call,
  source: Source,
  { limit, ...selection }: Selection & { readonly limit: number | undefined },
): Promise<number> {
  if (isSpread(selection))
    return Math.min((await spread(call, source, selection)).length, limit ?? Number.POSITIVE_INFINITY);
  const filter = filterOf(source.plan, selection);
  return await call(() => {
    const counting = source.records.model.countDocuments(filter).maxTimeMS(MAX_TIME_MS);
    return (limit === undefined ? counting : counting.limit(limit)).exec();
  });
}

/** The distinct texts that follow the values in the index. Fetches the index entries alone: servers differ in what they can group. */
export async function distinctOf(call: Call, source: Source, selection: Selection): Promise<readonly string[]> {
  const prefix = encodeTuple(selection.values);
  const entries = isSpread(selection)
    ? (await spread(call, source, selection)).map(({ text }) => text)
    : await entryTexts(call, source, selection);
  return [...new Set(entries.map((text) => firstText(text.slice(prefix.length))))].sort(byBytes);
}

async function entryTexts(call: Call, { plan, records }: Source, selection: Selection): Promise<readonly string[]> {
  const { index } = selection;
  const found = await call(() =>
    records.model
      .find(filterOf(plan, selection), index === undefined ? { _id: 1 } : { [`x.${index.name}`]: 1 })
      .maxTimeMS(MAX_TIME_MS)
      .lean<StoredRecord[]>()
      .exec(),
  );
  return found.map((record) => entryText(selection, record));
}

/** Whether values of an array are requested without naming one, so that the arrays must be expanded. */
function isSpread({ index, values }: Selection): boolean {
  return index !== undefined && values.length < index.arrayDepth;
}

/** The field whose order is the order of the entries. */
function orderedField({ index }: Selection): string {
  if (index === undefined) return '_id';
  return index.arrayDepth > 0 ? `x.${index.name}.r` : `x.${index.name}`;
}

/** The full text of a record's entry. For an array, the entry of the requested value. */
function entryText({ index, values }: Selection, record: StoredRecord): string {
  if (index === undefined) return record._id;
  const entry = record.x[index.name];
  if (typeof entry === 'object') return encodeTuple(values.slice(0, index.arrayDepth)) + entry.r;
  return entry ?? '';
}

/** A single range on one field, besides equality conditions, covers every kind of query. */
function filterOf(plan: CollectionPlan, selection: Selection): QueryFilter<StoredRecord> {
  const { index, values, options } = selection;
  const depth = index?.arrayDepth ?? 0;
  const after = options.after === undefined ? undefined : decodeCursor(options.after);
  const prefix = encodeTuple(values.slice(depth));
  return {
    ...scopeOf(plan, selection),
    ...(depth > 0 && { [`x.${index?.name}.m`]: encodeTuple(values.slice(0, depth)) }),
    [orderedField(selection)]: rangeOf(prefix, options, after === undefined ? undefined : prefix + after),
    // Reservations have only a key.
    ...(index === undefined && plan.hasClaims && { d: { $exists: true } }),
  };
}

/** The first field of the key if the index begins with it, because the server's index does too or the cluster's router needs it. */
function scopeOf(plan: CollectionPlan, { index, values, keyFields }: Selection): { a?: string } {
  const [first] = values;
  if (!plan.sharded && index?.held !== 'by-scoped-index') return {};
  return typeof first === 'string' && (index?.fields ?? keyFields)[0] === keyFields[0] ? { a: first } : {};
}

function rangeOf(prefix: string, { from, below, descending }: FindOptions, cursor: string | undefined): Range {
  const least = from === undefined ? prefix || LEAST : prefix + encodeTuple([from]);
  const above = below === undefined ? prefix + ABOVE_ALL : prefix + encodeTuple([below]);
  if (cursor === undefined) return { $gte: least, $lt: above };
  return descending === true ? { $gte: least, $lt: lower(above, cursor) } : { $gte: least, $gt: cursor, $lt: above };
}

/** Compares bytes, as the server does; JavaScript compares strings by UTF-16 code units. */
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const lower = (a: string, b: string) => (byBytes(a, b) <= 0 ? a : b);

interface SpreadEntry {
  readonly text: string;
  readonly id: string;
}

/**
 * The entries of an array's values if none is named. No index has them in order, and FerretDB v1 cannot expand nested arrays, so
 * all of them are fetched (without the documents) and sorted here. No frequent query does this.
 */
async function spread(call: Call, { plan, records }: Source, selection: Selection): Promise<readonly SpreadEntry[]> {
  const { index, values, options } = selection;
  const name = index?.name ?? '';
  const prefix = encodeTuple(values);
  const range = rangeOf(prefix, { ...options, descending: false }, undefined);
  const found = await call(() =>
    records.model
      .find({ ...scopeOf(plan, selection), [`x.${name}.m`]: { $elemMatch: range } }, { [`x.${name}`]: 1 })
      .maxTimeMS(MAX_TIME_MS)
      .lean<StoredRecord[]>()
      .exec(),
  );
  const entries = found.flatMap(({ _id: id, x }) => {
    const entry = x[name];
    if (typeof entry !== 'object') return [];
    const within = entry.m.filter((head) => byBytes(head, range.$gte) >= 0 && byBytes(head, range.$lt) < 0);
    return within.map((head) => ({ text: head + entry.r, id }));
  });
  return entries.sort((a, b) => byBytes(a.text, b.text));
}

async function spreadPage(call: Call, source: Source, selection: Selection): Promise<RecordPage> {
  const { values, options } = selection;
  const limit = options.limit ?? DEFAULT_LIMIT;
  const cursor = options.after === undefined ? undefined : encodeTuple(values) + decodeCursor(options.after);
  const all = await spread(call, source, selection);
  const beyond = ({ text }: SpreadEntry) =>
    cursor === undefined || (options.descending === true ? byBytes(text, cursor) < 0 : byBytes(text, cursor) > 0);
  const rest = (options.descending === true ? all.toReversed() : all).filter(beyond);
  const entries = rest.slice(0, limit);
  const ids = [...new Set(entries.map(({ id }) => id))];
  const found = await call(() =>
    source.records.model
      .find({ _id: { $in: ids } })
      .lean<StoredRecord[]>()
      .exec(),
  );
  const byId = new Map(found.map((record) => [record._id, record]));
  const records = entries.flatMap(({ id }) => byId.get(id) ?? []);
  const last = entries.at(-1);
  return rest.length > limit && last !== undefined ? { records, next: cursorAfter(selection, last.text) } : { records };
}

const cursorAfter = ({ values }: Selection, text: string) =>
  Buffer.from(text.slice(encodeTuple(values).length)).toString('base64url');

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text === '' || Buffer.from(text).toString('base64url') !== cursor)
    throw new InvalidCursorError('this is no cursor');
  return text;
}
