import { invalidMarker, makeMarker, readMarker } from '../../identity/rules/paging.ts';

/**
 * Where a page begins whose list the request itself brings (actions, services): a marker is the number of those that were told.
 * @throws {ServiceError} ValidationError where it is none of this list, or leads past its end.
 */
export function startOfPage(list: string, marker: string | undefined, length: number): number {
  if (marker === undefined) return 0;
  const position = Number(readMarker(list, marker));
  if (!Number.isInteger(position) || position < 0 || position >= length) throw invalidMarker();
  return position;
}

/** The marker to go on from, where the page ends before the list does. */
export function markerAfter(list: string, end: number, length: number): { marker?: string } {
  return end < length ? { marker: makeMarker(list, String(end)) } : {};
}
