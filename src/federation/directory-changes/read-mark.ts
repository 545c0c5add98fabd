import type { DirectoryConnection, RequestLimits } from '../directory-client/directory-connection.ts';
import { type DirectoryEntry, directoryEntry } from '../directory-client/directory-entry.ts';
import { readEntry } from '../directory-client/directory-search.ts';
import { isWithin } from '../directory-client/distinguished-name.ts';
import type { ChangeMark } from './change-mark.ts';
import { isCsn } from './csn.ts';

export interface MarkCall {
  readonly isActiveDirectory: boolean;
  /** The server's address. */
  readonly url: string;
  readonly baseDn: string;
  readonly limits: RequestLimits;
}

/** The attributes of one entry; none if it cannot be read. */
type Read = (dn: string, ...attributes: [string, ...string[]]) => Promise<DirectoryEntry>;

/**
 * Reads how far the changes of a server have come, before anything is listed: what changes meanwhile is then found again the next time.
 * @returns `undefined` if the server does not say. A mark by `time` has no value yet: only the entries have one. @throws {DirectoryFault}
 */
export async function readMark(connection: DirectoryConnection, call: MarkCall): Promise<ChangeMark | undefined> {
  const { isActiveDirectory, limits } = call;
  const read: Read = async (dn, ...attributes) =>
    (await readEntry(connection, dn, { attributes, limits })) ?? directoryEntry(dn, []);
  return isActiveDirectory ? await readUsn(read) : await readCsn(read, call);
}

/**
 * Numbers count for one database of one controller. Its identifier changes if it is restored from a backup ([MS-ADTS] §3.1.1.1.9), as the
 * documentation of `uSNChanged` queries demands.
 */
async function readUsn(read: Read): Promise<ChangeMark | undefined> {
  const root = await read('', 'highestCommittedUSN', 'dsServiceName');
  const [[usn = ''], [service = '']] = [root.texts('highestCommittedUSN'), root.texts('dsServiceName')];
  if (!/^\d{1,19}$/.test(usn) || service === '') return undefined;
  const [invocation] = (await read(service, 'invocationId')).values('invocationId');
  if (invocation === undefined) return undefined;
  return { by: 'usn', server: `${invocation.toString('hex')} ${service.toLowerCase()}`, values: [usn] };
}

/** By `contextCSN`, if the database has it: replication that is late loses nothing then. */
async function readCsn(read: Read, { url, baseDn }: MarkCall): Promise<ChangeMark> {
  const suffixes = (await read('', 'namingContexts')).texts('namingContexts');
  const [suffix] = suffixes.filter((dn) => isWithin(baseDn, dn)).sort((one, other) => other.length - one.length);
  // A database below has a number of its own.
  const hasOthersBelow = suffixes.some((dn) => dn !== suffix && isWithin(dn, baseDn));
  const csns = suffix === undefined || hasOthersBelow ? [] : (await read(suffix, 'contextCSN')).texts('contextCSN');
  const isUsable = csns.length > 0 && csns.every(isCsn);
  return { by: isUsable ? 'csn' : 'time', server: url, values: isUsable ? csns : [] };
}
