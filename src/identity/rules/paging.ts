import { ServiceError } from '../../kernel/service-error.ts';
import { InvalidCursorError } from '../../ports/collections.ts';

/** The paging parameters of a list operation: where to continue, and how many items to return at most. */
export interface PageRequest {
  readonly marker?: string | undefined;
  /** 1 to 1000; default 100. */
  readonly maxItems?: number | undefined;
}

/** One page of a list. `marker` is present if there are more items. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly marker?: string;
}

export const DEFAULT_MAX_ITEMS = 100;

/** Encodes a position as an opaque marker. `list` names the list, so that a marker of another operation is refused. */
export function makeMarker(list: string, position: string): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/** @throws {ServiceError} ValidationError if the text is not a marker of this list. */
export function readMarker(list: string, marker: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2 && parsed[0] === list && typeof parsed[1] === 'string') {
      return parsed[1];
    }
  } catch {
    // handled below
  }
  throw invalidMarker();
}

export function invalidMarker(cause?: unknown): ServiceError {
  return new ServiceError('ValidationError', 'Invalid Marker.', { cause });
}

/** A page of the store from a marker that a caller sent. @throws {ServiceError} ValidationError if the store knows no such place. */
export async function pageAtMarker<Page>(page: Promise<Page>): Promise<Page> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof InvalidCursorError) throw invalidMarker(error);
    throw error;
  }
}

/**
 * A page of a list that is part of one document. Items are sorted by `positionOf`, which must be unique in the list, so that a marker stays
 * valid when items are added or removed.
 */
export function pageOf<Item>(
  items: readonly Item[],
  { list, positionOf, request }: { list: string; positionOf: (item: Item) => string; request: PageRequest },
): ListPage<Item> {
  const after = request.marker === undefined ? undefined : readMarker(list, request.marker);
  const left = items
    .map((item) => ({ item, position: positionOf(item) }))
    .filter(({ position }) => after === undefined || position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const page = left.slice(0, request.maxItems ?? DEFAULT_MAX_ITEMS);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last && page.length < left.length ? { marker: makeMarker(list, last.position) } : {}),
  };
}
