import type { Stores } from '../../src/app/stores/open-stores.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';

/** What has been asked of stores, by whatever was given them. */
export interface StoreCounts {
  /** The collection of each read of documents. */
  readonly reads: readonly string[];
  /** Whatever was asked of the store of what expires, but for the feed, whose reading goes by the clock. */
  readonly asked: number;
}

const READS: ReadonlySet<string> = new Set(['get', 'find', 'count']);
const FEED: ReadonlySet<string> = new Set(['publish', 'subscribe', 'completeUntil', 'ping', 'close']);

/** The same stores, counting what is asked of them. */
export function countingStores(stores: Stores): { readonly stores: Stores; readonly counts: StoreCounts } {
  const reads: string[] = [];
  const counts = { reads, asked: 0 };
  const open: CollectionStore['open'] = (declaration) =>
    tellingCalls(stores.collections.open(declaration), (method) => {
      if (READS.has(method)) reads.push(declaration.name);
    });
  const ephemeral = tellingCalls(stores.ephemeral, (method) => {
    if (!FEED.has(method)) counts.asked += 1;
  });
  const { collections } = stores;
  const counted: CollectionStore = { open, ping: () => collections.ping(), close: () => collections.close() };
  return { stores: { ...stores, collections: counted, ephemeral }, counts };
}

/** The same object; `tell` hears of each method as it is called. */
function tellingCalls<Port extends object>(port: Port, tell: (method: string) => void): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        tell(String(name));
        return Reflect.apply(value, target, args);
      };
    },
  });
}
