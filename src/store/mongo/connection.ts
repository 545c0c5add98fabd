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
  /** Steps that wait or run; more are refused at once, so that a slow server does not fill the memory. */
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
}

/** Does one step of an operation: within its time, its failures as the port's errors. */
export type Call = <Result>(act: () => Promise<Result>) => Promise<Result>;

export interface MongoConnection {
  readonly connection: mongoose.Connection;
  /** Begins an operation: all steps done by the same {@link Call} share its time. */
  begin(): Call;
  traits(call: Call): Promise<ServerTraits>;
  ping(): Promise<unknown>;
  requireOpen(): void;
  close(): Promise<void>;
}

/**
 * A connection of our own (mongoose's global one is not touched). It connects at the first step, and tries again at the next
 * step where that failed; once connected the driver finds its servers again by itself.
 * @throws {StoreUnavailableError} where the URI is none.
 */
export function openConnection(
  uri: string,
  { limits, onCommand }: { readonly limits: MongoLimits; readonly onCommand?: ((name: string) => void) | undefined },
): MongoConnection {
  const connection = mongoose.createConnection();
  // Failures come by the promises of those who asked.
  connection.on('error', () => {});
  let closed = false;
  let inFlight = 0;
  let connecting: Promise<unknown> | undefined;
  let traits: ServerTraits | undefined;

  function connected(): Promise<unknown> | undefined {
    if (connection.readyState === mongoose.ConnectionStates.connected) return undefined;
    // A connection that was there once is the driver's to mend.
    if (connecting === undefined) {
      connecting = connection.openUri(uri, optionsFor(limits, onCommand !== undefined));
      if (onCommand !== undefined)
        connection.getClient().on('commandStarted', ({ commandName }) => onCommand(commandName));
      connecting.catch(() => {
        connecting = undefined;
      });
    }
    return connecting;
  }

  function requireOpen(): void {
    if (closed) throw new StoreUnavailableError('MongoDB: the store is closed');
  }

  async function step<Result>(act: () => Promise<Result>): Promise<Result> {
    inFlight++;
    try {
      const wait = connected();
      if (wait !== undefined) await wait;
      return await act();
    } catch (failure) {
      throw isOutage(failure) ? explainFailure(failure, uri) : failure;
    } finally {
      inFlight--;
    }
  }

  function begin(): Call {
    const end = performance.now() + limits.operationMs;
    return async (act) => {
      requireOpen();
      if (inFlight >= limits.inFlight)
        throw new StoreUnavailableError('MongoDB: too many requests wait for the server already');
      const left = end - performance.now();
      if (left <= 0) throw tooSlow();
      return await within(left, step(act));
    };
  }

  async function readTraits(call: Call): Promise<ServerTraits> {
    traits ??= await call(async () => {
      const admin = connection.getClient().db('admin');
      const [hello, build] = await Promise.all([admin.command({ hello: 1 }), admin.command({ buildInfo: 1 })]);
      const ferret = (build['ferretdb'] as { readonly version?: string } | undefined)?.version;
      return {
        sharded: hello['msg'] === 'isdbgrid',
        swapsAtomically: ferret === undefined || !/^v?[01]\./.test(ferret),
      };
    });
    return traits;
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await connection.close(true).catch(() => {});
  }

  requireUri(uri);
  const ping = () => connection.getClient().db().command({ ping: 1 });
  return { connection, begin, traits: readTraits, ping, requireOpen, close };
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
 * Reads go to the primary, which has every write that it acknowledged: reading one's own writes needs no more. Writes are
 * acknowledged when a majority has them on disk.
 */
function optionsFor(limits: MongoLimits, monitorCommands: boolean): mongoose.ConnectOptions {
  return {
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    readPreference: 'primary',
    readConcern: { level: 'local' },
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
