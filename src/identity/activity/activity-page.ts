import { InvalidCursorError } from '../../ports/collections.ts';
import {
  DEFAULT_MAX_ITEMS,
  invalidMarker,
  type ListPage,
  makeMarker,
  type PageRequest,
  readMarker,
} from '../rules/paging.ts';
import type { Activity, ActivityQuery, ListActivity } from './activity.ts';

/** A page of a person's activity, for an operation or a page. @throws {ServiceError} ValidationError if the marker is not one of this list. */
export async function activityPage(
  find: ListActivity,
  person: Pick<ActivityQuery, 'accountId' | 'personId'>,
  { list, request }: { readonly list: string; readonly request: PageRequest },
): Promise<ListPage<Activity>> {
  const { marker, maxItems: limit = DEFAULT_MAX_ITEMS } = request;
  try {
    const after = marker === undefined ? undefined : readMarker(list, marker);
    const { items, next } = await find({ ...person, limit, after });
    return { items, ...(next !== undefined && { marker: makeMarker(list, next) }) };
  } catch (error) {
    if (error instanceof InvalidCursorError) throw invalidMarker(error);
    throw error;
  }
}
