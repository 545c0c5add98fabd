import type mongoose from 'mongoose';
import { type CollectionDeclaration, DuplicateKeyError, StoreUnavailableError } from '../../ports/collections.ts';
import { type Adopted, type AdoptionTools, adoptDeclaration, markFinished } from './adopt-declaration.ts';
import { openClaims } from './claims.ts';
import type { Call, Operate, ServerTraits } from './connection.ts';
import { documentOf } from './document-history.ts';
import { type CollectionPlan, planCollection } from './index-plan.ts';
import { openRecordTable, type RecordTable } from './record-table.ts';
import { type RecordWriter, recordWriter } from './record-writer.ts';
import { prepareRecord, type StoredRecord } from './stored-record.ts';
import type { SwapGuard } from './update-tickets.ts';

/** A collection on the server with its indexes, ready for reads and writes. */
export interface MongoTable {
  readonly plan: CollectionPlan;
  readonly records: RecordTable;
  /** See {@link ServerTraits}. */
  readonly reportsLiveSizes: boolean;
  readonly writer: RecordWriter;
  /** Resolves once the index covers all documents. @throws {StoreUnavailableError} if that takes too long. */
  requireComplete(call: Call, index: string): Promise<void>;
  /** Indexes that do not cover all documents yet. Operations that need them wait or are refused. */
  behind(): readonly string[];
  /** Brings documents of earlier declarations up to date, including those that an older program has written meanwhile. */
  sweep(): Promise<void>;
}

export interface TableTools {
  readonly connection: mongoose.Connection;
  readonly operate: Operate;
  readonly traits: ServerTraits;
  readonly guard: SwapGuard;
}

const BATCH = 50;

/** @throws {StoreUnavailableError} if the declaration and the stored documents are incompatible. */
export async function openMongoTable(
  call: Call,
  declaration: CollectionDeclaration,
  { connection, operate, traits, guard }: TableTools,
): Promise<MongoTable> {
  const plan = planCollection(declaration, traits.sharded);
  const records = openRecordTable(connection, declaration.name, { plan, guard });
  const adoption: AdoptionTools = { connection, declaration, plan, records, guard };
  let adopted: Adopted = await adoptDeclaration(call, adoption);
  const writer = recordWriter({
    name: declaration.name,
    plan,
    records,
    claims: openClaims(connection, declaration.name, { records, guard }),
    version: adopted.version,
    swapsAtomically: traits.swapsAtomically,
  });

  const isOld = ({ s, d }: StoredRecord) => d !== undefined && s < adopted.version;

  async function lift({ _id: id, a: scope }: StoredRecord): Promise<void> {
    try {
      const today = (old: StoredRecord) =>
        isOld(old) ? prepareRecord(declaration, plan, documentOf(declaration, old)) : undefined;
      await operate((call) => writer.update(call, { id, scope }, today));
    } catch (failure) {
      if (!(failure instanceof DuplicateKeyError)) throw failure;
      throw new StoreUnavailableError(`MongoDB: ${declaration.name} cannot get its new index ${failure.index}`, {
        cause: failure,
      });
    }
  }

  async function sweepAll(): Promise<void> {
    const older = { s: { $lt: adopted.version }, d: { $exists: true } };
    for (;;) {
      const batch = await operate((call) =>
        call(() => records.model.find(older).limit(BATCH).lean<StoredRecord[]>().exec()),
      );
      await inParallel(batch, lift);
      if (batch.length < BATCH) break;
    }
    if (!adopted.unfinished) return;
    await operate((call) => markFinished(call, adoption, adopted.version));
    adopted = { ...adopted, behind: [], unfinished: false };
  }

  let sweeping: Promise<void> | undefined;
  async function sweep(): Promise<void> {
    sweeping ??= sweepAll().finally(() => {
      sweeping = undefined;
    });
    return await sweeping;
  }

  return {
    plan,
    records,
    reportsLiveSizes: traits.reportsLiveSizes,
    writer,
    sweep,
    behind: () => adopted.behind,
    async requireComplete(within, index) {
      if (adopted.behind.includes(index)) await within(sweep);
    },
  };
}

const AT_ONCE = 10;

async function inParallel<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
