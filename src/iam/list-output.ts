import type { ListPage, PageRequest } from '../identity/rules/paging.ts';

/** The members that every list operation takes. */
export interface ListInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export function pageRequest(input: ListInput): PageRequest {
  return { marker: input.Marker, maxItems: input.MaxItems };
}

/** The members that every list operation answers. */
export interface Truncation {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export function truncation(page: ListPage<unknown>): Truncation {
  return page.marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: page.marker };
}
