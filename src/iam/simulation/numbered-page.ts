import { invalidMarker, makeMarker, readMarker } from '../../identity/rules/paging.ts';

/**
 * The start of a page in a list that comes from the request (actions, services). The marker is the number of items already returned.
 * @throws {ServiceError} ValidationError if the marker is not one of this list, or points past its end.
 */
export function startOfPage(list: string, marker: string | undefined, length: number): number {
  if (marker === undefined) return 0;
  const position = Number(readMarker(list, marker));
  if (!Number.isInteger(position) || position < 0 || position >= length) throw invalidMarker();
  return position;
}

/** The marker for the next page, if the list has more items. */
export function markerAfter(list: string, end: number, length: number): { marker?: string } {
  return end < length ? { marker: makeMarker(list, String(end)) } : {};
}
