import type {
  Collection,
  CollectionDeclaration,
  DocumentKey,
  FindOptions,
  IndexValue,
} from '../../ports/collections.ts';
import type { Call, Operate } from './connection.ts';
import { documentOf } from './document-history.ts';
import { openKeyQueue } from './key-queue.ts';
import type { MongoTable } from './mongo-table.ts';
import { countOf, distinctOf, pageOf, type Selection } from './record-pages.ts';
import type { RecordPlace } from './record-table.ts';
import { prepareRecord, recordId, type StoredRecord } from './stored-record.ts';

/** Provides a collection's table, opened on first use. */
export interface TableSource {
  readonly operate: Operate;
  table(call: Call): Promise<MongoTable>;
}

/** A collection on a server. Each document is one record that includes its index entries, so one write changes both. */
export function openMongoCollection<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  source: TableSource,
): Collection<Document> {
  return { ...insertsOf(declaration, source), ...changesOf(declaration, source), ...readsOf(declaration, source) };
}

const placeOf = (key: DocumentKey): RecordPlace => ({ id: recordId(key), scope: key[0] ?? '' });

function insertsOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { operate, table }: TableSource,
): Pick<Collection<Document>, 'insert' | 'insertMany'> {
  return {
    insert: (document) =>
      operate(async (call) => {
        const { plan, writer } = await table(call);
        await writer.insert(call, prepareRecord(declaration, plan, document));
      }),

    insertMany: (documents) =>
      operate(async (call) => {
        const { plan, writer } = await table(call);
        const prepared = documents.map((document) => prepareRecord(declaration, plan, document));
        await writer.insertMany(call, prepared);
      }),
  };
}

function changesOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { operate, table }: TableSource,
): Pick<Collection<Document>, 'update' | 'remove'> {
  const inTurn = openKeyQueue();
  /** Runs an operation on one document after earlier ones on the same document. */
  const operateOn = <Result>(place: RecordPlace, act: (call: Call) => Promise<Result>) =>
    operate((call) => inTurn(place.id, () => act(call)));

  return {
    async update(key, change) {
      const place = placeOf(key);
      return await operateOn(place, async (call) => {
        const { plan, writer } = await table(call);
        return await writer.update(call, place, (old) => {
          if (old.d === undefined) return undefined;
          const prepared = prepareRecord(declaration, plan, change(documentOf(declaration, old)));
          if (prepared.id !== place.id) throw new TypeError(`${declaration.name}: an update may not change the key`);
          return prepared;
        });
      });
    },

    async remove(key, allow) {
      const place = placeOf(key);
      return await operateOn(place, async (call) => {
        const { writer } = await table(call);
        const removed = await writer.remove(call, place, allow && ((old) => allow(documentOf(declaration, old))));
        return removed === undefined ? undefined : documentOf(declaration, removed);
      });
    },
  };
}

function readsOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { operate, table }: TableSource,
): Pick<Collection<Document>, 'get' | 'find' | 'count' | 'distinct' | 'bytes'> {
  const read = (record: StoredRecord) => documentOf(declaration, record);

  /** Selects from an index once it covers all documents. */
  async function select(call: Call, name: string, values: readonly IndexValue[], options: FindOptions) {
    const opened = await table(call);
    const index = opened.plan.indexes.get(name);
    if (index === undefined && name !== 'key') throw new TypeError(`${declaration.name}: there is no index ${name}`);
    await opened.requireComplete(call, name);
    const selection: Selection = { index, values, options, keyFields: declaration.key };
    return { opened, selection };
  }

  return {
    get: (key) =>
      operate(async (call) => {
        const { records } = await table(call);
        const record = await records.read(call, placeOf(key));
        return record?.d === undefined ? undefined : read(record);
      }),

    find: (name, values, options = {}) =>
      operate(async (call) => {
        const { opened, selection } = await select(call, name, values, options);
        const { records, next } = await pageOf(call, opened, selection);
        const items = records.map(read);
        return next === undefined ? { items } : { items, next };
      }),

    count: (name, values, { limit } = {}) =>
      operate(async (call) => {
        const { opened, selection } = await select(call, name, values, {});
        return await countOf(call, opened, { ...selection, limit });
      }),

    distinct: (name, values) =>
      operate(async (call) => {
        const { opened, selection } = await select(call, name, values, {});
        return await distinctOf(call, opened, selection);
      }),

    bytes: () =>
      operate(async (call) => {
        if (declaration.measured !== true) return undefined;
        const { records, reportsLiveSizes } = await table(call);
        // Trimming relies on this number: if it stayed high after a removal, trimming would delete everything.
        return reportsLiveSizes ? await records.bytes(call) : undefined;
      }),
  };
}
