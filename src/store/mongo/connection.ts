import mongoose from 'mongoose';
import { StoreUnavailableError } from '../../ports/collections.ts';
import { explainFailure, isOutage, withoutSecrets } from './mongo-errors.ts';

/** Time limits, in ms, and limits on concurrency. */
export interface MongoLimits {
  /** For an operation of the port, including all of its steps. */
  readonly operationMs: number;
  /** For finding a server that accepts writes. */
  readonly selectionMs: number;
  /** For an unresponsive connection to be considered dead. */
  readonly socketMs: number;
  /** Maximum number of connections of this process. */
  readonly poolSize: number;
  /** Maximum number of operations waiting or running. Others are refused at once, so that a slow server does not exhaust memory. */
  readonly inFlight: number;
}

export const DEFAULT_LIMITS: MongoLimits = {
  operationMs: 5000,
  selectionMs: 3000,
  socketMs: 4000,
  poolSize: 50,
  inFlight: 2000,
};

/** Properties that differ between servers. */
export interface ServerTraits {
  /** The server is a router of a sharded cluster, where a unique index is only enforced within each shard. */
  readonly sharded: boolean;
  /** Whether a replacement is atomic. FerretDB v1 finds and writes in two steps that others may interleave with; see update-tickets.ts. */
  readonly swapsAtomically: boolean;
  /** Whether the size of a collection shrinks as soon as documents are removed. FerretDB reports the size of a table's files. */
  readonly reportsLiveSizes: boolean;
}

/** Holds a single document, written to check whether writes succeed. */
const PROBES = 'rolecall-probes';

/** Runs one step of an operation once connected. Converts failures to the port's errors. */
export type Call = <Result>(step: () => Promise<Result>) => Promise<Result>;

/**
 * Runs an operation of the port in steps, within its time limit. If the server does not answer, it rejects with
 * {@link StoreUnavailableError}; pending writes may or may not have happened.
 */
export type Operate = <Result>(act: (call: Call) => Promise<Result>) => Promise<Result>;

export interface MongoConnection {
  readonly connection: mongoose.Connection;
  readonly operate: Operate;
  traits(call: Call): Promise<ServerTraits>;
  /** Writes, and waits until a majority has the write. */
  probe(): Promise<unknown>;
  requireOpen(): void;
  isClosed(): boolean;
  close(): Promise<void>;
}

/**
 * A connection with its own mongoose instance (the global one is not touched). It connects at the first step and retries at the
 * next step if that failed. Once connected, the driver reconnects by itself.
 * @throws {StoreUnavailableError} if the URI is invalid.
 */
export function openConnection(
  uri: string,
  { limits, onCommand }: { readonly limits: MongoLimits; readonly onCommand?: ((name: string) => void) | undefined },
): MongoConnection {
  const connection = new mongoose.Mongoose().createConnection();
  // Failures are reported through the rejected promises.
  connection.on('error', () => {});
  let closed = false;
  const running = new Set<Promise<unknown>>();
  let isConnected = false;
  let connecting: Promise<void> | undefined;
  let traits: ServerTraits | undefined;

  /** After the first connection, the driver restores it by itself. */
  async function connect(): Promise<void> {
    await connection.openUri(uri, optionsFor(limits, onCommand !== undefined));
    isConnected = true;
    connection.getClient().on('commandStarted', ({ commandName }) => onCommand?.(commandName));
  }

  async function connected(): Promise<void> {
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    await connecting;
  }

  function requireOpen(): void {
    if (closed) throw new StoreUnavailableError('MongoDB: the store is closed');
  }

  /** The steps of an operation. None starts after its deadline, because nobody is waiting any more. */
  function stepsUntil(end: number): Call {
    return async (step) => {
      if (performance.now() >= end) throw tooSlow();
      try {
        if (!isConnected) await connected();
        return await step();
      } catch (failure) {
        throw isOutage(failure) ? explainFailure(failure, uri) : failure;
      }
    };
  }

  async function operate<Result>(act: (call: Call) => Promise<Result>): Promise<Result> {
    requireOpen();
    if (running.size >= limits.inFlight)
      throw new StoreUnavailableError('MongoDB: too many requests wait for the server already');
    const operation = act(stepsUntil(performance.now() + limits.operationMs));
    running.add(operation);
    // An abandoned operation counts until it has actually ended.
    const end = () => void running.delete(operation);
    operation.then(end, end);
    return await within(limits.operationMs, operation);
  }

  async function readTraits(call: Call): Promise<ServerTraits> {
    traits ??= await call(async () => {
      const admin = connection.getClient().db('admin');
      const [hello, build] = await Promise.all([admin.command({ hello: 1 }), admin.command({ buildInfo: 1 })]);
      // v2 has a different field, and updates atomically because PostgreSQL does.
      const isFerretV1 = build['ferretdbVersion'] !== undefined;
      return {
        sharded: hello['msg'] === 'isdbgrid',
        swapsAtomically: !isFerretV1,
        reportsLiveSizes: !isFerretV1 && build['ferretdb'] === undefined,
      };
    });
    return traits;
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await within(limits.operationMs, Promise.allSettled(running)).catch(() => {});
    await connection.close(true).catch(() => {});
  }

  requireUri(uri);
  const probe = () =>
    connection
      .getClient()
      .db()
      .collection<{ readonly _id: string }>(PROBES)
      .updateOne({ _id: 'write' }, { $set: { at: new Date() } }, { upsert: true });
  return { connection, operate, traits: readTraits, probe, requireOpen, isClosed: () => closed, close };
}

const tooSlow = () => new StoreUnavailableError('MongoDB: the server did not answer in time');

/** Settles like the promise, or rejects after the given time. The driver's own limits end what is left running. */
async function within<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function requireUri(uri: string): void {
  try {
    new mongoose.mongo.MongoClient(uri);
  } catch (failure) {
    // No cause: the driver's messages quote the URI.
    throw new StoreUnavailableError(
      `MongoDB: the connection URI cannot be used (${withoutSecrets((failure as Error).message, uri)})`,
    );
  }
}

/**
 * Reads go to the primary, which has every write that it acknowledged. Reading one's own writes needs no more than that, so the
 * default read concern is enough. Writes are acknowledged when a majority has them on disk.
 */
function optionsFor(limits: MongoLimits, monitorCommands: boolean): mongoose.ConnectOptions {
  return {
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    readPreference: 'primary',
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: limits.socketMs },
    serverSelectionTimeoutMS: limits.selectionMs,
    connectTimeoutMS: limits.selectionMs,
    waitQueueTimeoutMS: limits.selectionMs,
    socketTimeoutMS: limits.socketMs,
    maxPoolSize: limits.poolSize,
    appName: 'rolecall',
    monitorCommands,
  };
}
