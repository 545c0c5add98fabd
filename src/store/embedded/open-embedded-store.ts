import { open, type RootDatabase } from 'lmdb';
import type { Clock } from '../../kernel/clock.ts';
import { type CollectionStore, StoreUnavailableError } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { openChangeFeed } from './change-feed.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { adoptDeclaration } from './declared-indexes.ts';
import { openEmbeddedCollection } from './embedded-collection.ts';
import { embeddedEphemeral } from './embedded-ephemeral.ts';
import { requireFormat } from './format-version.ts';
import { readingAfter, unavailable } from './lmdb-errors.ts';
import { mendStart, writeAtOnce } from './stale-start.ts';
import { startSweeper } from './sweeper.ts';
import { openWriteQueue, type Table } from './write-queue.ts';

export interface EmbeddedStoreOptions {
  /** Where the data lies; made where it is not there. Several processes of one machine may open it, each once. */
  readonly directory: string;
  readonly clock: Clock;
  /** Told of what fails in the background: a sweep, a poll, a listener of the feed. */
  readonly onFault?: (fault: unknown) => void;
}

export interface EmbeddedStore {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  /** Takes out what has expired now rather than at the sweeper's next round; tells how much that was. */
  sweep(): Promise<number>;
  /** Waits for the writes under way and lets go of the directory. */
  close(): Promise<void>;
}

/** Address space for the file, not memory and not disk; LMDB grows it where it does not suffice. */
const MAP_SIZE = 2 ** 34;

/**
 * Opens both stores on one LMDB environment.
 * @throws {StoreUnavailableError} where the directory cannot be used, or was made by a newer version.
 */
export async function openEmbeddedStore({
  directory,
  clock,
  onFault = () => {},
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const root = openEnvironment(directory);
  const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, BINARY);
  const meta = table('meta');
  const write = writeAtOnce(root, directory);
  try {
    requireFormat(write, meta, directory);
  } catch (failure) {
    await root.close();
    throw failure;
  }
  const queue = openWriteQueue(root, () => mendStart(directory));
  const refresh = () => root.resetReadTxn();
  const reading = readingAfter(refresh);
  const feed = openChangeFeed({ feed: table('feed'), queue, clock, refresh, onFault });
  const tables = {
    entries: table('entries'),
    expiries: table('expiries'),
    sets: table('sets'),
    members: table('members'),
  };
  const documentTables = { documents: table('documents'), indexes: table('indexes'), queue, reading };
  const sweeper = startSweeper({ tables, feed, queue, clock, onFault, forgetDeadReaders: () => root.readerCheck() });

  let closed = false;
  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    sweeper.close();
    feed.close();
    await queue.close();
    await root.close();
  }
  function requireOpen(): void {
    if (closed) throw new StoreUnavailableError('embedded store: it is closed');
  }
  async function ping(): Promise<void> {
    requireOpen();
    root.getStats();
  }

  return {
    collections: {
      open(declaration) {
        requireOpen();
        adoptDeclaration(write, { meta, ...documentTables }, declaration);
        return openEmbeddedCollection(declaration, documentTables);
      },
      ping,
      close,
    },
    ephemeral: { ...embeddedEphemeral({ tables, feed, queue, reading, clock, ping }), close },
    sweep: sweeper.sweep,
    close,
  };
}

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;

function openEnvironment(directory: string): RootDatabase<Buffer, Buffer> {
  try {
    prepareDataDirectory(directory);
    return open<Buffer, Buffer>({
      ...BINARY,
      path: directory,
      noSubdir: false,
      // see write-queue.ts: visible only when durable
      overlappingSync: false,
      // Batching is the write queue's; lmdb's own makes promises that nobody sees, whose rejection would end the process.
      eventTurnBatching: false,
      mapSize: MAP_SIZE,
      maxDbs: 16,
    });
  } catch (failure) {
    throw unavailable(failure);
  }
}
