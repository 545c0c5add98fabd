import { open, type RootDatabase } from 'lmdb';
import type { Clock } from '../../kernel/clock.ts';
import { type CollectionStore, StoreUnavailableError } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { openChangeFeed } from './change-feed.ts';
import { makeDataDirectory, makeDataFiles } from './data-directory.ts';
import { adoptDeclaration } from './declared-indexes.ts';
import { openEmbeddedCollection } from './embedded-collection.ts';
import { embeddedEphemeral } from './embedded-ephemeral.ts';
import { requireLocalFileSystem } from './file-system.ts';
import { requireFormat } from './format-version.ts';
import { adoptCounts } from './kept-counts.ts';
import { readingAfter, unavailable } from './lmdb-errors.ts';
import { claimForProcess, type ProcessClaim } from './process-claim.ts';
import { repairStart, writeAtOnce } from './stale-start.ts';
import { startSweeper } from './sweeper.ts';
import { tryFileSystem } from './try-file-system.ts';
import { writeProbe } from './write-probe.ts';
import { openWriteQueue, type Table } from './write-queue.ts';

export interface EmbeddedStoreOptions {
  /** The data directory; created if missing. Several processes of one pid namespace may open it, each once. */
  readonly directory: string;
  readonly clock: Clock;
  /** Called with failures in the background: in a sweep, a poll or a feed listener. */
  readonly onFault?: (fault: unknown) => void;
  /** Called with a message about something that works but is not known to be safe. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Aborts opening the store. */
  readonly signal?: AbortSignal | undefined;
}

export interface EmbeddedStore {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  /** Removes expired entries now instead of in the sweeper's next round. Returns how many were removed. */
  sweep(): Promise<number>;
  /** Waits for pending writes and releases the directory. */
  close(): Promise<void>;
}

/** Address space reserved for the file, not memory or disk. LMDB grows it if needed. */
const MAP_SIZE = 2 ** 34;

/**
 * The maximum number of readers in all processes together: each process has one per reading thread, until the thread ends. Enough for 256
 * workers and the commands run beside them; each takes 64 bytes in the lock file. The first process to open the directory sets it.
 */
const MAX_READERS = 2048;

/**
 * Opens both stores on one LMDB environment.
 * @throws {StoreUnavailableError} if the directory cannot be used, is already open in this process or in another pid namespace, or
 * was created by a newer version.
 */
export async function openEmbeddedStore({
  directory,
  clock,
  onFault = () => {},
  warn,
  signal,
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const claim = await claimDirectory({ directory, warn, signal });
  try {
    const root = await openRoot(directory);
    return storeOn(root, { directory, clock, onFault, release: claim.release });
  } catch (failure) {
    await claim.release();
    throw failure;
  }
}

/** Opens the environment and checks that it has our format. */
async function openRoot(directory: string): Promise<RootDatabase<Buffer, Buffer>> {
  const root = openEnvironment(directory);
  try {
    requireFormat(writeAtOnce(root, directory), root.openDB<Buffer, Buffer>('meta', BINARY), directory);
    return root;
  } catch (failure) {
    await root.close();
    throw failure;
  }
}

type OpenedParts = Required<Pick<EmbeddedStoreOptions, 'directory' | 'clock' | 'onFault'>> &
  Pick<ProcessClaim, 'release'>;

function storeOn(
  root: RootDatabase<Buffer, Buffer>,
  { directory, clock, onFault, release }: OpenedParts,
): EmbeddedStore {
  const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, BINARY);
  const meta = table('meta');
  const write = writeAtOnce(root, directory);
  const queue = openWriteQueue(root, () => repairStart(directory));
  const refresh = () => root.resetReadTxn();
  const reading = readingAfter(refresh);
  const feed = openChangeFeed({ feed: table('feed'), queue, clock, refresh, onFault });
  const tables = {
    entries: table('entries'),
    expiries: table('expiries'),
    sets: table('sets'),
    members: table('members'),
  };
  const documentTables = {
    documents: table('documents'),
    indexes: table('indexes'),
    counts: table('counts'),
    queue,
    reading,
  };
  const sweeper = startSweeper({ tables, feed, queue, clock, onFault, forgetDeadReaders: () => root.readerCheck() });

  let closed = false;
  async function closeAll(): Promise<void> {
    closed = true;
    sweeper.close();
    feed.close();
    await queue.close();
    await root.close();
    await release();
  }
  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= closeAll();
    return closing;
  }
  function requireOpen(): void {
    if (closed) throw new StoreUnavailableError('embedded store: it is closed');
  }
  const probe = writeProbe(queue, meta);
  async function ping(): Promise<void> {
    requireOpen();
    await probe();
  }

  return {
    collections: {
      open(declaration) {
        requireOpen();
        adoptDeclaration(write, { meta, ...documentTables }, declaration);
        adoptCounts(write, { meta, ...documentTables }, declaration);
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

async function claimDirectory({
  directory,
  warn,
  signal,
}: Pick<EmbeddedStoreOptions, 'directory' | 'warn' | 'signal'>): Promise<ProcessClaim> {
  try {
    makeDataDirectory(directory);
  } catch (failure) {
    throw unavailable(failure);
  }
  const fileSystem = requireLocalFileSystem(directory);
  if (fileSystem.kind === 'unknown') {
    const { name } = fileSystem;
    await tryFileSystem({ directory, name, signal });
    warn?.(
      `the data directory ${directory} is on a file system (${name}) that is not known to keep what it has acknowledged: prefer a local disk`,
    );
  }
  return claimForProcess(directory);
}

function openEnvironment(directory: string): RootDatabase<Buffer, Buffer> {
  try {
    makeDataFiles(directory);
    return open<Buffer, Buffer>({
      ...BINARY,
      path: directory,
      noSubdir: false,
      // See write-queue.ts: writes become visible only when durable.
      overlappingSync: false,
      // The write queue does the batching. lmdb's own batching creates promises that nothing handles, and their rejection would end
      // the process.
      eventTurnBatching: false,
      mapSize: MAP_SIZE,
      maxDbs: 16,
      maxReaders: MAX_READERS,
    });
  } catch (failure) {
    throw unavailable(failure);
  }
}
