import { invalidInput } from '../identity/organizations/organization-errors.ts';
import { pageOf } from '../identity/rules/paging.ts';
import { ServiceError } from '../kernel/service-error.ts';

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** How many items a page has at most, and by default. */
export const PAGE_SIZE = 20;

/**
 * A page of a list, sorted by `positionOf`, and the token of the next one.
 * @throws {ServiceError} InvalidInputException if the token is not one of this list.
 */
export function pageFor<Item>(
  items: readonly Item[],
  { NextToken, MaxResults = PAGE_SIZE }: PagedInput,
  { list, positionOf }: { readonly list: string; readonly positionOf: (item: Item) => string },
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  try {
    const request = { marker: NextToken, maxItems: MaxResults };
    const page = pageOf(items, { list, positionOf, request });
    return { items: page.items, next: page.marker === undefined ? {} : { NextToken: page.marker } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalidInput('INVALID_NEXT_TOKEN');
  }
}
