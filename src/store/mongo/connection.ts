import mongoose from 'mongoose';
import { StoreUnavailableError } from '../../ports/collections.ts';
import { explainFailure, isOutage, withoutSecrets } from './mongo-errors.ts';

/** How long things may take, in ms, and how many may go on at once. */
export interface MongoLimits {
  /** Until an operation of the port is given up; all of its steps together. */
  readonly operationMs: number;
  /** Until a server is found that takes writes. */
  readonly selectionMs: number;
  /** Until a silent connection is given up. */
  readonly socketMs: number;
  /** Connections of this process. */
  readonly poolSize: number;
  /** Operations that wait or run; more are refused at once, so that a slow server does not fill the memory. */
  readonly inFlight: number;
}

export const DEFAULT_LIMITS: MongoLimits = {
  operationMs: 5000,
  selectionMs: 3000,
  socketMs: 4000,
  poolSize: 50,
  inFlight: 2000,
};

/** What differs from server to server. */
export interface ServerTraits {
  /** A router of a sharded cluster: unique indexes hold within a shard only. */
  readonly sharded: boolean;
  /** FerretDB v1 finds and writes in two steps that others may come between; see update-tickets.ts. */
  readonly swapsAtomically: boolean;
  /** Whether the size of a collection falls as soon as documents are removed. FerretDB reports the size of a table's files. */
  readonly reportsLiveSizes: boolean;
}

/** Has one document, which is written to learn whether writes succeed. */
const PROBES = 'rolecall-probes';

/** Does one step of an operation, once there is a connection; its failures are the port's errors. */
export type Call = <Result>(step: () => Promise<Result>) => Promise<Result>;

/**
 * Does an operation of the port, by steps. It ends within its time: where the server is silent, with
 * {@link StoreUnavailableError}, and then what was under way may be written or not.
 */
export type Operate = <Result>(act: (call: Call) => Promise<Result>) => Promise<Result>;

export interface MongoConnection {
  readonly connection: mongoose.Connection;
  readonly operate: Operate;
  traits(call: Call): Promise<ServerTraits>;
  /** Writes, and waits until a majority has it. */
  probe(): Promise<unknown>;
  requireOpen(): void;
  isClosed(): boolean;
  close(): Promise<void>;
}

/**
 * A connection of our own mongoose (the global one is not touched). It connects at the first step, and tries again at the next
 * step where that failed; once connected the driver finds its servers again by itself.
 * @throws {StoreUnavailableError} where the URI is none.
 */
export function openConnection(
  uri: string,
  { limits, onCommand }: { readonly limits: MongoLimits; readonly onCommand?: ((name: string) => void) | undefined },
): MongoConnection {
  const connection = new mongoose.Mongoose().createConnection();
  // Failures come by the promises of those who asked.
  connection.on('error', () => {});
  let closed = false;
  const running = new Set<Promise<unknown>>();
  let isConnected = false;
  let connecting: Promise<void> | undefined;
  let traits: ServerTraits | undefined;

  /** Once there has been a connection, the driver mends it by itself. */
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

  /** The steps of an operation; none begins when its time is over, for nobody waits for it any more. */
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
    // Given up or not, it counts until it has ended.
    const end = () => void running.delete(operation);
    operation.then(end, end);
    return await within(limits.operationMs, operation);
  }

  async function readTraits(call: Call): Promise<ServerTraits> {
    traits ??= await call(async () => {
      const admin = connection.getClient().db('admin');
      const [hello, build] = await Promise.all([admin.command({ hello: 1 }), admin.command({ buildInfo: 1 })]);
      // v2 has another field, and updates as PostgreSQL does: at one go.
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

/** The promise's end, or a refusal after so many ms; the driver's own limits end what is left behind. */
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
 * Reads go to the primary, which has every write that it acknowledged: reading one's own writes needs no more, and no read
 * concern but the usual. Writes are acknowledged when a majority has them on disk.
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
