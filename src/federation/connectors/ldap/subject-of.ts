import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';

/** How the attribute that identifies an entry for good is written. */
export type SubjectFormat = 'text' | 'guid';

const GUID_LENGTH = 16;
/** Identifiers are stored; those of directories have about 40 characters. */
const LONGEST = 1024;

/** [MS-DTYP] §2.3.4.2: the first three fields have their low byte first. Swapping twice changes nothing. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(GUID_ORDER.map((index) => bytes[index] ?? 0));
}

/** What Windows shows. */
export function guidText(bytes: Buffer): string {
  const hex = swapped(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The identifier of an entry; `undefined` unless it has exactly one. Never its name, which may be given to another person. */
export function subjectOf(entry: DirectoryEntry, attribute: string, format: SubjectFormat): string | undefined {
  const values = entry.values(attribute);
  const [value] = values;
  if (value === undefined || values.length !== 1) return undefined;
  if (format === 'guid') return value.length === GUID_LENGTH ? guidText(value) : undefined;
  if (value.length > LONGEST) return undefined;
  const [text] = entry.texts(attribute);
  // Directories write UUIDs in either case. Some letters beyond ASCII become ASCII letters in lower case: they stay as they are (S31).
  return text?.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The value of the attribute that belongs to an identifier, to search for it. */
export function subjectValue(subject: string, format: SubjectFormat): string | Buffer {
  return format === 'guid' ? swapped(Buffer.from(subject.replaceAll('-', ''), 'hex')) : subject;
}
