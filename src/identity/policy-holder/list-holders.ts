import { InvalidCursorError, type Page } from '../../ports/collections.ts';
import {
  DEFAULT_MAX_ITEMS,
  invalidMarker,
  type ListPage,
  makeMarker,
  type PageRequest,
  readMarker,
} from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { HolderKind, PolicyHolder } from './holder-kind.ts';

/** How many documents to read at a time when a path prefix excludes some of them. */
const READ_AT_ONCE = 200;

/** Continues reading an index. */
type ReadOn<Item> = (options: { limit: number; after?: string }) => Promise<Page<Item>>;

/**
 * The users, groups or roles of an account whose path begins with a prefix, sorted by name regardless of case.
 * @throws {ServiceError} ValidationError if the marker is not one of this list.
 */
export async function listHolders<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { accountId, pathPrefix, ...request }: { accountId: string; pathPrefix?: string | undefined } & PageRequest,
): Promise<ListPage<Holder>> {
  const collection = kind.collection(store);
  return pageOfIndex((options) => collection.find('byName', [accountId], options), {
    list: `${kind.type}s`,
    request,
    ...(pathPrefix && pathPrefix !== '/' ? { keep: (holder: Holder) => holder.path.startsWith(pathPrefix) } : {}),
  });
}

/** A page of an index. The marker contains the store's cursor after the last item. It is returned only if a later item passes `keep`. */
export async function pageOfIndex<Item>(
  readOn: ReadOn<Item>,
  { list, request, keep }: { list: string; request: PageRequest; keep?: (item: Item) => boolean },
): Promise<ListPage<Item>> {
  const wanted = request.maxItems ?? DEFAULT_MAX_ITEMS;
  const after = request.marker === undefined ? undefined : readMarker(list, request.marker);
  const page = await firstPage(() =>
    readOn({ limit: keep ? READ_AT_ONCE : wanted, ...(after === undefined ? {} : { after }) }),
  );
  if (!keep) {
    return { items: page.items, ...(page.next === undefined ? {} : { marker: makeMarker(list, page.next) }) };
  }
  return pageOfKept(readOn, { first: page, startedAfter: after, wanted, list, keep });
}

/** Reads the first page, the only one whose cursor comes from the caller. */
async function firstPage<Item>(read: () => Promise<Page<Item>>): Promise<Page<Item>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InvalidCursorError) throw invalidMarker(error);
    throw error;
  }
}

async function pageOfKept<Item>(
  readOn: ReadOn<Item>,
  from: {
    first: Page<Item>;
    startedAfter: string | undefined;
    wanted: number;
    list: string;
    keep: (item: Item) => boolean;
  },
): Promise<ListPage<Item>> {
  const kept: Item[] = [];
  let cursor: string | undefined;
  let after = from.startedAfter;
  for (
    let page = from.first;
    ;
    page = await readOn({ limit: READ_AT_ONCE, ...(after === undefined ? {} : { after }) })
  ) {
    for (const [index, item] of page.items.entries()) {
      if (!from.keep(item)) continue;
      if (kept.length === from.wanted) {
        return { items: kept, marker: makeMarker(from.list, cursor ?? '') };
      }
      kept.push(item);
      // to get the cursor after the last item of our page, read again and stop at that item
      if (kept.length === from.wanted) {
        const upTo = await readOn({ limit: index + 1, ...(after === undefined ? {} : { after }) });
        if (upTo.next === undefined) return { items: kept };
        cursor = upTo.next;
      }
    }
    if (page.next === undefined) return { items: kept };
    after = page.next;
  }
}
