import { BerFault, type BerValue, berInteger, readBer } from './ber.ts';
import { type DirectoryEntry, directoryEntry } from './directory-entry.ts';

/** What a server says about a request (RFC 4511 §4.1.9). */
export interface LdapResult {
  readonly code: number;
  /** For administrators. Servers put anything here. */
  readonly diagnostic: string;
  /** Values of response controls by object identifier. */
  readonly controls: ReadonlyMap<string, Buffer>;
}

/** A message from a server. */
export type LdapResponse = { readonly id: number } & (
  | { readonly kind: 'entry'; readonly entry: DirectoryEntry }
  | { readonly kind: 'reference' }
  | { readonly kind: 'result'; readonly of: 'bind' | 'search' | 'extended'; readonly result: LdapResult }
);

const RESULTS = new Map([
  [0x61, 'bind'],
  [0x65, 'search'],
  [0x78, 'extended'],
] as const);
const ENTRY = 0x64;
const REFERENCE = 0x73;
const CONTROLS = 0xa0;
const OCTETS = 0x04;

/** Reads one message. @param mostValues see {@link readBer}. @throws {BerFault} */
export function readResponse(bytes: Buffer, mostValues?: number): LdapResponse {
  // A copy: parts of the packet would keep all of it in memory. One for all parts, because there are very many of them.
  const [idValue, operation, ...further] = readBer(Buffer.from(bytes), mostValues).children;
  if (idValue === undefined || operation === undefined) throw new BerFault('a message lacks its parts');
  const id = berInteger(idValue);
  if (operation.tag === ENTRY) return { id, kind: 'entry', entry: entryOf(operation) };
  if (operation.tag === REFERENCE) return { id, kind: 'reference' };
  const of = (RESULTS as ReadonlyMap<number, 'bind' | 'search' | 'extended'>).get(operation.tag);
  if (of === undefined) throw new BerFault('a message is of an unexpected kind');
  return { id, kind: 'result', of, result: resultOf(operation, further) };
}

function entryOf({ children: [name, list] }: BerValue): DirectoryEntry {
  const attributes = (list?.children ?? []).map(({ children: [type, set] }): [string, readonly Buffer[]] => [
    textOf(type),
    (set?.children ?? []).map(octetsOf),
  ]);
  return directoryEntry(textOf(name), attributes);
}

function resultOf({ children: [code, , diagnostic] }: BerValue, further: readonly BerValue[]): LdapResult {
  if (code === undefined) throw new BerFault('a result has no code');
  const controls = new Map<string, Buffer>();
  for (const { children } of further.filter(({ tag }) => tag === CONTROLS).flatMap((list) => list.children)) {
    const [type, ...rest] = children;
    const value = rest.find(({ tag }) => tag === OCTETS);
    controls.set(textOf(type), value?.content ?? Buffer.alloc(0));
  }
  return { code: berInteger(code), diagnostic: textOf(diagnostic), controls };
}

function octetsOf({ tag, content }: BerValue): Buffer {
  if (tag !== OCTETS) throw new BerFault('a text is not one');
  return content;
}

function textOf(value: BerValue | undefined): string {
  if (value === undefined) throw new BerFault('a text is missing');
  return octetsOf(value).toString('utf8');
}
