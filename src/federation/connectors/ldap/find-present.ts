import { AndFilter, EqualityFilter, OrFilter } from 'ldapts';
import type { DirectoryConnection, SearchCall } from '../../directory-client/directory-connection.ts';
import { searchAll } from '../../directory-client/directory-search.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { subjectOf, subjectValue } from './subject-of.ts';

/** How many people one search looks for. */
const BATCH = 50;
export type PeopleSearch = SearchCall & { readonly pageSize: number };

export interface Presence {
  readonly settings: OpenLdapSettings;
  /** Finds everybody. */
  readonly people: PeopleSearch;
}

/** Which of these people a filter finds now. @throws {DirectoryFault} */
export async function findPresent(
  connection: DirectoryConnection,
  { settings: { users }, people }: Presence,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const { subjectAttribute: attribute, subjectFormat } = users;
  const found = new Set<string>();
  for (let start = 0; start < subjects.length; start += BATCH) {
    const isOne = subjects
      .slice(start, start + BATCH)
      .map((subject) => new EqualityFilter({ attribute, value: subjectValue(subject, subjectFormat) }));
    const entries = await searchAll(connection, {
      ...people,
      filter: new AndFilter({ filters: [people.filter, new OrFilter({ filters: isOne })] }),
      attributes: [attribute],
      limits: { ...people.limits, entries: 2 * BATCH },
    });
    for (const entry of entries) found.add(subjectOf(entry, attribute, subjectFormat) ?? '');
  }
  return found;
}
