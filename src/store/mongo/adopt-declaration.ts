import type mongoose from 'mongoose';
import { type CollectionDeclaration, StoreUnavailableError } from '../../ports/collections.ts';
import type { Call } from './connection.ts';
import type { CollectionPlan } from './index-plan.ts';
import { isDuplicate } from './mongo-errors.ts';
import type { RecordTable } from './record-table.ts';
import { newStamp } from './stored-record.ts';
import type { SwapGuard } from './update-tickets.ts';

/** What the server stores about a declaration, to detect that another program declared something different. */
interface Note {
  readonly key: readonly string[];
  /** Each index as text: its fields and how it is kept. */
  readonly indexes: Readonly<Record<string, string>>;
  readonly migrations: number;
}

interface StoredDeclaration {
  readonly _id: string;
  readonly v: string;
  readonly version: number;
  readonly note: Note;
  /** The indexes that do not cover all documents yet; `undefined` once every document has been processed. */
  readonly behind?: readonly string[];
}

/** The declaration as stored on the server. */
export interface Adopted {
  /** The declaration version that this process writes. */
  readonly version: number;
  /** The indexes that do not cover all documents yet. */
  readonly behind: readonly string[];
  /** Whether documents of earlier versions may remain. */
  readonly unfinished: boolean;
}

const NOTES = 'rolecall-declarations';

export interface AdoptionTools {
  readonly connection: mongoose.Connection;
  readonly declaration: Pick<CollectionDeclaration, 'name' | 'key' | 'migrations'>;
  readonly plan: CollectionPlan;
  readonly records: RecordTable;
  readonly guard: SwapGuard;
}

/**
 * Creates the indexes that the declaration asks for and, if the declaration is new, stores it under a new version. Processes that
 * start at the same time may all do this: creating an existing index does nothing, and only one of them stores the new version.
 * Documents follow gradually (see `sweep` in mongo-table.ts). An older program that starts beside newer ones keeps working if all
 * of its indexes are still kept.
 * @throws {StoreUnavailableError} if the key changed, or a newer program has migrated the documents.
 */
export async function adoptDeclaration(call: Call, tools: AdoptionTools): Promise<Adopted> {
  const { connection, declaration, plan, records } = tools;
  const { name } = declaration;
  const note = noteOf(declaration, plan);
  for (;;) {
    const found = await call(() => notes(connection).findOne({ _id: name }));
    if (found !== null && isWithin(note, found.note)) {
      const isSame = isWithin(found.note, note);
      return {
        version: isSame ? found.version : found.version - 1,
        behind: found.behind ?? [],
        unfinished: isSame && found.behind !== undefined,
      };
    }
    if (found !== null) requireForward(name, note, found.note);
    await records.adoptIndexes(call, Object.keys(found?.note.indexes ?? {}));
    const next: StoredDeclaration =
      found === null
        ? { _id: name, v: newStamp(), version: 1, note }
        : { _id: name, v: newStamp(), version: found.version + 1, note, behind: changedIndexes(note, found) };
    if (await storeDeclaration(call, tools, { found, next }))
      return { version: next.version, behind: next.behind ?? [], unfinished: found !== null };
  }
}

/** Records that all documents are of this version. */
export async function markFinished(call: Call, tools: AdoptionTools, version: number): Promise<void> {
  const found = await call(() => notes(tools.connection).findOne({ _id: tools.declaration.name }));
  if (found === null || found.version !== version || found.behind === undefined) return;
  const { behind: _, ...next } = { ...found, v: newStamp() };
  await storeDeclaration(call, tools, { found, next });
}

async function storeDeclaration(
  call: Call,
  { connection, guard }: AdoptionTools,
  { found, next }: { found: StoredDeclaration | null; next: StoredDeclaration },
): Promise<boolean> {
  if (found !== null) {
    const { _id: id, ...rest } = next;
    const result = await guard(call, { collection: NOTES, id, version: found.v }, () =>
      call(() => notes(connection).replaceOne({ _id: id, v: found.v }, rest)),
    );
    return result?.matchedCount === 1;
  }
  try {
    await call(() => notes(connection).insertOne({ ...next }));
    return true;
  } catch (failure) {
    if (isDuplicate(failure)) return false;
    throw failure;
  }
}

const notes = (connection: mongoose.Connection) => connection.collection<StoredDeclaration>(NOTES);

function noteOf({ key, migrations }: Pick<CollectionDeclaration, 'key' | 'migrations'>, plan: CollectionPlan): Note {
  const indexes = [...plan.indexes.values()].map(({ name, fields, arrayDepth, held }) => [
    name,
    `${held} ${arrayDepth} ${fields.join(' ')}`,
  ]);
  return { key, indexes: Object.fromEntries(indexes), migrations: migrations?.length ?? 0 };
}

/** Whether everything that `one` declares is also kept under `other`. */
function isWithin(one: Note, other: Note): boolean {
  return (
    one.migrations === other.migrations &&
    one.key.join(' ') === other.key.join(' ') &&
    Object.entries(one.indexes).every(([index, how]) => other.indexes[index] === how)
  );
}

function requireForward(name: string, note: Note, found: Note): void {
  if (found.key.join(' ') !== note.key.join(' '))
    throw new StoreUnavailableError(`MongoDB: the key of ${name} changed, and existing documents cannot be migrated`);
  if (found.migrations > note.migrations)
    throw new StoreUnavailableError(
      `MongoDB: ${name} was migrated by a newer version of this program; start that version instead`,
    );
}

function changedIndexes(note: Note, found: StoredDeclaration): readonly string[] {
  const changed = Object.keys(note.indexes).filter((index) => note.indexes[index] !== found.note.indexes[index]);
  return [...new Set([...changed, ...(found.behind ?? [])])];
}
