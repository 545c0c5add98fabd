import type { Clock } from '../../kernel/clock.ts';
import { type CollectionDeclaration, type CollectionStore, StoreUnavailableError } from '../../ports/collections.ts';
import { type Call, DEFAULT_LIMITS, type MongoLimits, openConnection, type ServerTraits } from './connection.ts';
import { openMongoCollection } from './mongo-collection.ts';
import { type MongoTable, openMongoTable } from './mongo-table.ts';
import { ticketGuard, unguarded } from './update-tickets.ts';

export interface MongoStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`, including the name of the database. */
  readonly uri: string;
  readonly clock: Clock;
  /** Called with failures in the background, when documents are brought up to a new declaration. */
  readonly onFault?: (fault: unknown) => void;
  readonly limits?: Partial<MongoLimits>;
  /** What is already known about the server. Overrides what the server reports. */
  readonly traits?: Partial<ServerTraits>;
  /** Called for each command sent, which is one round trip. */
  readonly onCommand?: (name: string) => void;
}

export interface MongoStore {
  readonly collections: CollectionStore;
}

/** How often to look for documents written by an older program that is still running. */
const SWEEP_EVERY_MS = 10_000;

/**
 * Opens the collections on MongoDB or a compatible server. Returns before there is a connection: `ping` and every operation connect
 * if necessary, and reject with {@link StoreUnavailableError} if that fails.
 * @throws {StoreUnavailableError} if the URI is invalid.
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<MongoStore> {
  const { uri, clock, onFault = () => {}, limits, traits: known, onCommand } = options;
  const server = openConnection(uri, { limits: { ...DEFAULT_LIMITS, ...limits }, onCommand });
  const tickets = ticketGuard(server.connection, clock);
  const tables = new Set<MongoTable>();
  /** For each collection, opens its table unless it is already open. */
  const openings = new Set<(call: Call) => Promise<unknown>>();

  function sweep(table: MongoTable): void {
    table.sweep().catch((fault: unknown) => {
      if (!server.isClosed()) onFault(fault);
    });
  }

  async function openTable(call: Call, declaration: CollectionDeclaration): Promise<MongoTable> {
    const traits = { ...(await server.traits(call)), ...known };
    const table = await openMongoTable(call, declaration, {
      connection: server.connection,
      operate: server.operate,
      traits,
      guard: traits.swapsAtomically ? unguarded : tickets,
    });
    tables.add(table);
    sweep(table);
    return table;
  }

  /** Succeeds once a write is acknowledged and every index is complete, so that all requests can be served. */
  async function ping(): Promise<void> {
    await server.operate((call) => call(server.probe));
    await Promise.all([...openings].map((open) => server.operate(open)));
    for (const table of tables) {
      const behind = table.behind();
      if (behind.length === 0) continue;
      throw new StoreUnavailableError(`MongoDB: the indexes ${behind.join(', ')} are still being built`, {
        reason: 'preparing',
      });
    }
  }

  const timer = setInterval(() => {
    for (const table of tables) sweep(table);
  }, SWEEP_EVERY_MS);
  timer.unref();

  return {
    collections: {
      open<Document extends object>(declaration: CollectionDeclaration<Document>) {
        server.requireOpen();
        let opened: MongoTable | undefined;
        let opening: Promise<MongoTable> | undefined;
        const table = async (call: Call): Promise<MongoTable> => {
          if (opened !== undefined) return opened;
          opening ??= openTable(call, declaration as unknown as CollectionDeclaration)
            .then((made) => {
              opened = made;
              return made;
            })
            .finally(() => {
              opening = undefined;
            });
          return await opening;
        };
        openings.add(table);
        return openMongoCollection(declaration, { operate: server.operate, table });
      },
      ping,
      async close() {
        clearInterval(timer);
        await server.close();
      },
    },
  };
}
