import type { Clock } from '../../kernel/clock.ts';
import { makePause } from '../../kernel/pause.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Collection, DocumentKey, IndexValue } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { watchIdentities } from './identity-cache.ts';

/** What lists are made of. */
export interface KeptListsSource<Document extends object, Item> {
  readonly collection: Collection<Document>;
  /** The name of the collection in announced changes. */
  readonly name: string;
  /** Where the documents of a list are found, perhaps among others. */
  readonly query: (list: string) => { readonly index: string; readonly values: readonly IndexValue[] };
  /** Whether a document belongs to a list. */
  readonly belongs: (document: Document, list: string) => boolean;
  /** What is kept of a document; small. */
  readonly keep: (document: Document) => Item | Promise<Item>;
  /** The key of the document that an item was made of. */
  readonly keyOf: (item: Item) => DocumentKey;
  /** By what items are sorted; unique. */
  readonly positionOf: (item: Item) => string;
}

/** Lists of identity documents, kept in memory. After a change, only the documents that changed are read again. */
export interface KeptLists<Item> {
  get(list: string): Promise<readonly Item[]>;
  close(): void;
}

interface List<Item> {
  items: readonly Item[];
  /** Documents that have changed since they were read, by key. */
  changed: Map<string, DocumentKey>;
  readonly loadedAt: number;
  /** The last reading; each waits for the one before. */
  read: Promise<void>;
}

/** How old a list may become, in ms, while the feed is disconnected. */
const STALE_AFTER = 1000;
const MAX_LISTS = 500;
/** If more documents than this have changed, a list is read again as a whole. */
const MAX_CHANGED = 200;

const idOf = (key: DocumentKey): string => key.join('\n');

export function openKeptLists<Document extends object, Item>(
  source: KeptListsSource<Document, Item>,
  { feed, clock }: { readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>; readonly clock: Clock },
): KeptLists<Item> {
  const { collection, keep, keyOf, positionOf } = source;
  const steady = steadyClock(clock);
  const lists = new Map<string, List<Item>>();
  const unsubscribe = watchIdentities(feed, {
    changed({ collection: changed, key }) {
      if (changed !== source.name) return;
      for (const [name, list] of lists) {
        list.changed.set(idOf(key), key);
        if (list.changed.size > MAX_CHANGED) lists.delete(name);
      }
    },
    forget: () => lists.clear(),
  });

  function isTrusted({ loadedAt }: List<Item>): boolean {
    const since = steady.now() - STALE_AFTER;
    return loadedAt > since || feed.completeUntil() > since;
  }

  const sorted = (items: Item[]): readonly Item[] =>
    items
      .map((item) => ({ item, position: positionOf(item) }))
      .sort((a, b) => (a.position < b.position ? -1 : 1))
      .map(({ item }) => item);

  async function readAll(name: string): Promise<readonly Item[]> {
    const pause = makePause();
    const { index, values } = source.query(name);
    const items: Item[] = [];
    let after: string | undefined;
    do {
      const page = await collection.find(index, values, { limit: 500, ...(after === undefined ? {} : { after }) });
      for (const document of page.items) {
        if (source.belongs(document, name)) items.push(await keep(document));
        await pause();
      }
      after = page.next;
    } while (after !== undefined);
    return sorted(items);
  }

  async function readChanged(name: string, list: List<Item>): Promise<void> {
    if (list.changed.size === 0) return;
    const { changed } = list;
    list.changed = new Map();
    const read = await Promise.all([...changed.values()].map((key) => collection.get(key)));
    const present = read.filter((document) => document !== undefined && source.belongs(document, name));
    const kept = await Promise.all(present.map((document) => keep(document as Document)));
    list.items = sorted([...list.items.filter((item) => !changed.has(idOf(keyOf(item)))), ...kept]);
  }

  function listOf(name: string): List<Item> {
    const known = lists.get(name);
    if (known !== undefined && isTrusted(known)) {
      known.read = known.read.then(() => readChanged(name, known));
      // The ones that are used stay: the first in order goes first.
      lists.delete(name);
      lists.set(name, known);
      return known;
    }
    // Registered before it is read, so that changes made meanwhile are noticed.
    const list: List<Item> = { items: [], changed: new Map(), loadedAt: steady.now(), read: Promise.resolve() };
    list.read = readAll(name).then(async (items) => {
      list.items = items;
      await readChanged(name, list);
    });
    lists.delete(name);
    lists.set(name, list);
    for (const [oldest] of lists) {
      if (lists.size <= MAX_LISTS) break;
      lists.delete(oldest);
    }
    return list;
  }

  return {
    async get(name) {
      const list = listOf(name);
      try {
        await list.read;
      } catch (error) {
        if (lists.get(name) === list) lists.delete(name);
        throw error;
      }
      return list.items;
    },
    close() {
      unsubscribe();
      lists.clear();
    },
  };
}
