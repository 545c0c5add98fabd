import { DEFAULT_MAX_ITEMS } from '../../identity/rules/paging.ts';
import { type ListInput, type Truncation, truncation } from '../list-output.ts';
import { markerAfter, startOfPage } from '../simulation/numbered-page.ts';

/** A page of a list that does not change. */
export function pageOfNumbers<Item>(
  list: string,
  items: readonly Item[],
  { Marker, MaxItems = DEFAULT_MAX_ITEMS }: ListInput,
): Truncation & { readonly items: Item[] } {
  const from = startOfPage(list, Marker, items.length);
  const page = items.slice(from, from + MaxItems);
  return { items: page, ...truncation({ items: page, ...markerAfter(list, from + page.length, items.length) }) };
}
