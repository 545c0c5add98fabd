import type { ListPage, PageRequest } from '../identity/rules/paging.ts';

/** The input members that all list operations share. */
export interface ListInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export function pageRequest(input: ListInput): PageRequest {
  return { marker: input.Marker, maxItems: input.MaxItems };
}

/** The output members that all list operations share. */
export interface Truncation {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export function truncation(page: ListPage<unknown>): Truncation {
  return page.marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: page.marker };
}
