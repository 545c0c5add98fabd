import { PagedResultsControl } from 'ldapts';
import { BerFault, readBer } from './ber.ts';
import type { DirectoryConnection, SearchAnswer, SearchCall } from './directory-connection.ts';
import type { DirectoryEntry } from './directory-entry.ts';
import { DirectoryFault } from './directory-fault.ts';
import { faultOf, RESULT_CODES } from './result-codes.ts';

/** RFC 2696. */
const PAGED = PagedResultsControl.type;
/** More pages than this are an endless answer. */
const MOST_PAGES = 10_000;

/**
 * Reads pages of a search to the end. The connection must not be used for anything else meanwhile (RFC 2696 §3).
 * @param onPage called after each page; the next one is requested once it is done. @throws {DirectoryFault}
 */
export async function searchPages(
  connection: DirectoryConnection,
  { pageSize, ...call }: SearchCall & { readonly pageSize: number },
  onEntry: (entry: DirectoryEntry) => void,
  onPage: () => Promise<void> = async () => undefined,
): Promise<void> {
  let cookie: Buffer = Buffer.alloc(0);
  for (let round = 0; round < MOST_PAGES; round += 1) {
    // Critical: a server that ignored it would send a part, and say that it was all.
    const paged = new PagedResultsControl({ critical: true, value: { size: pageSize, cookie } });
    const answer = await connection.search({ ...call, controls: [...(call.controls ?? []), paged] }, onEntry);
    requireComplete(answer);
    cookie = cookieOf(answer);
    await onPage();
    // A page may be empty although more follow.
    if (cookie.length === 0) return;
  }
  throw new DirectoryFault('too-much', 'search: the pages do not end');
}

function requireComplete({ result, references }: SearchAnswer): void {
  if (result.code !== RESULT_CODES.success) throw faultOf('search', result);
  if (references > 0) throw new DirectoryFault('referral', 'search: a part of the directory is on other servers');
}

function cookieOf({ result }: SearchAnswer): Buffer {
  const value = result.controls.get(PAGED);
  if (value === undefined)
    throw new DirectoryFault('malformed', 'search: the server does not say whether more pages follow');
  const [, cookie] = readBer(value).children;
  if (cookie === undefined) throw new BerFault('a page control has no cookie');
  return Buffer.from(cookie.content);
}
