import { AndFilter, EqualityFilter, FilterParser, OrFilter } from 'ldapts';
import type { DirectoryConnection, RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { withoutReferences } from '../../directory-client/directory-search.ts';
import { faultOf, RESULT_CODES } from '../../directory-client/result-codes.ts';
import { LoginRefused } from '../login-refused.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { subjectOf } from './subject-of.ts';

/** One more than may be found, so that a second one is noticed. */
const MOST_FOUND = 2;

/** Samba does not heed the size limit of a request. */
const MOST_READ = 100;

/** An entry with the identifier of its person. */
export interface FoundPerson {
  readonly dn: string;
  readonly subject: string;
}

/**
 * Finds the one entry that a typed name means; `undefined` if there is none. The name is a value of the filter, never a part of its text, so
 * it cannot change what is asked (RFC 4515 §3; S40). @throws {LoginRefused} if it means two, whoever they are. @throws {DirectoryFault}
 */
export async function findPerson(
  connection: DirectoryConnection,
  settings: Pick<OpenLdapSettings, 'baseDn' | 'users'>,
  { name, limits }: { readonly name: string; readonly limits: RequestLimits },
): Promise<FoundPerson | undefined> {
  const { users } = settings;
  const { subjectAttribute, subjectFormat, loginAttributes } = users;
  const isNamed = new OrFilter({
    filters: loginAttributes.map((attribute) => new EqualityFilter({ attribute, value: name })),
  });
  const found: DirectoryEntry[] = [];
  const { result } = await connection.search(
    {
      base: users.baseDn ?? settings.baseDn,
      scope: 'sub',
      filter: new AndFilter({ filters: [FilterParser.parseString(users.filter), isNamed] }),
      attributes: [subjectAttribute],
      limits: { ...limits, entries: MOST_READ },
      sizeLimit: MOST_FOUND,
      controls: [withoutReferences()],
    },
    (entry) => found.push(entry),
  );
  if (found.length > 1) {
    const shown = found.slice(0, MOST_FOUND).map(({ dn }) => dn);
    throw new LoginRefused('ambiguous', shown.join(' and '));
  }
  if (result.code !== RESULT_CODES.success) throw faultOf('search', result);
  const [entry] = found;
  if (entry === undefined) return undefined;
  const subject = subjectOf(entry, subjectAttribute, subjectFormat);
  if (subject === undefined) throw new LoginRefused('subject', `${entry.dn} has no usable ${subjectAttribute}`);
  return { dn: entry.dn, subject };
}
