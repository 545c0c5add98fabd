import { AndFilter, EqualityFilter, ExtensibleFilter, type Filter, FilterParser, OrFilter } from 'ldapts';
import type { DirectoryConnection, RequestLimits } from '../../directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { searchAll, withoutReferences } from '../../directory-client/directory-search.ts';
import { faultOf, RESULT_CODES } from '../../directory-client/result-codes.ts';
import { LoginRefused } from '../login-refused.ts';
import type { OpenLdapSettings } from './given-settings.ts';
import { subjectOf, subjectValue } from './subject-of.ts';

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

/** Compares texts without regard to case (RFC 4517 §4.2.11). */
const CASE_IGNORE_MATCH = '2.5.13.2';

/**
 * Finds the entry of a person by the identifier, as the filter of the connector finds people now, under whatever name it has.
 * @returns `undefined` if there is none. @throws {LoginRefused} if there are two. @throws {DirectoryFault}
 */
export async function findSubject(
  connection: DirectoryConnection,
  settings: Pick<OpenLdapSettings, 'baseDn' | 'users' | 'preset'>,
  { subject, limits }: { readonly subject: string; readonly limits: RequestLimits },
): Promise<FoundPerson | undefined> {
  const { users, baseDn, preset } = settings;
  const { subjectAttribute: attribute, subjectFormat } = users;
  const find = async (isSubject: Filter): Promise<readonly DirectoryEntry[]> => {
    const entries = await searchAll(connection, {
      base: users.baseDn ?? baseDn,
      scope: 'sub',
      filter: new AndFilter({ filters: [FilterParser.parseString(users.filter), isSubject] }),
      attributes: [attribute],
      limits: { ...limits, entries: MOST_READ },
      controls: [withoutReferences()],
    });
    // The directory's rule for equality may be looser than ours (S31).
    return entries.filter((entry) => subjectOf(entry, attribute, subjectFormat) === subject);
  };
  let found = await find(new EqualityFilter({ attribute, value: subjectValue(subject, subjectFormat) }));
  // Identifiers are in lower case here. An attribute that regards case has to be asked otherwise; those of Active Directory do not.
  if (found.length === 0 && subjectFormat === 'text' && preset !== 'ad') {
    found = await find(new ExtensibleFilter({ matchType: attribute, rule: CASE_IGNORE_MATCH, value: subject }));
  }
  if (found.length > 1) throw new LoginRefused('ambiguous', found.map(({ dn }) => dn).join(' and '));
  return found[0] && { dn: found[0].dn, subject };
}
