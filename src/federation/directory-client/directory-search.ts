import { Control, PresenceFilter } from 'ldapts';
import type { DirectoryConnection, RequestLimits, SearchCall } from './directory-connection.ts';
import { type DirectoryEntry, directoryEntry } from './directory-entry.ts';
import { DirectoryFault } from './directory-fault.ts';
import { faultOf, RESULT_CODES } from './result-codes.ts';

/** Keeps Active Directory from referring to its other partitions ([MS-ADTS] §3.1.1.3.4.1.4). Other servers ignore it. */
export function withoutReferences(): Control {
  return new Control('1.2.840.113556.1.4.1339');
}

/**
 * Searches, and returns all entries or none: a result other than success is a fault, because a part of a list looks like a shorter list.
 * @throws {DirectoryFault}
 */
export async function searchAll(connection: DirectoryConnection, call: SearchCall): Promise<readonly DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  const { result } = await connection.search(call, (entry) => entries.push(entry));
  if (result.code !== RESULT_CODES.success) throw faultOf('search', result);
  return entries;
}

/** Reads one entry by its name; `undefined` if there is none that matches. @throws {DirectoryFault} */
export async function readEntry(
  connection: DirectoryConnection,
  dn: string,
  {
    attributes,
    limits,
    filter = new PresenceFilter({ attribute: 'objectClass' }),
  }: Pick<SearchCall, 'attributes' | 'limits'> & Partial<Pick<SearchCall, 'filter'>>,
): Promise<DirectoryEntry | undefined> {
  const found: DirectoryEntry[] = [];
  const { result } = await connection.search({ base: dn, scope: 'base', filter, attributes, limits }, (entry) =>
    found.push(entry),
  );
  if (result.code === RESULT_CODES.noSuchObject) return undefined;
  if (result.code !== RESULT_CODES.success) throw faultOf('read', result);
  return found[0];
}

interface RangedAttribute {
  readonly attribute: string;
  readonly limits: RequestLimits;
}

/**
 * All values of an attribute of an entry that was found: those that the server held back, too. Both sign-ins and directory syncs read
 * attributes with many values here. @throws {DirectoryFault}
 */
export async function allTexts(
  connection: DirectoryConnection,
  entry: DirectoryEntry,
  { most, ...ranged }: RangedAttribute & { readonly most: number },
): Promise<readonly string[]> {
  const { attribute } = ranged;
  const texts = [...entry.texts(attribute)];
  const held = { ...ranged, dn: entry.dn, next: entry.nextRange(attribute) };
  for await (const further of heldBackTexts(connection, held)) {
    texts.push(...further);
    if (texts.length > most) throw new DirectoryFault('too-much', `${attribute}: more than ${most} values`);
  }
  return texts;
}

/** The values of an attribute that the server held back, range by range. @param next where they begin. @throws {DirectoryFault} */
export async function* heldBackTexts(
  connection: DirectoryConnection,
  { dn, attribute, limits, ...from }: RangedAttribute & { readonly dn: string; readonly next: number | undefined },
): AsyncGenerator<readonly string[]> {
  let { next } = from;
  while (next !== undefined) {
    const part = await readEntry(connection, dn, { attributes: [`${attribute};range=${next}-*`], limits });
    const { nextRange, texts } = part ?? directoryEntry(dn, []);
    const further = texts(attribute);
    yield further;
    const after = nextRange(attribute);
    if (after !== undefined && after <= next)
      throw new DirectoryFault('malformed', `${attribute}: ranges go backwards`);
    // Such ranges would never end.
    if (after !== undefined && further.length === 0)
      throw new DirectoryFault('malformed', `${attribute}: a range without values is not the last`);
    next = after;
  }
}
