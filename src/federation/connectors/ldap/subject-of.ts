import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';

/** How the attribute that identifies an entry for good is written. */
export type SubjectFormat = 'text' | 'guid';

const GUID_LENGTH = 16;
/** Identifiers are stored; those of directories have about 40 characters. */
const LONGEST = 1024;

/** [MS-DTYP] §2.3.4.2: the first three fields have their low byte first. The text is what Windows shows. */
export function guidText(bytes: Buffer): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = Buffer.from(order.map((index) => bytes[index] ?? 0)).toString('hex');
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
  return text?.toLowerCase();
}
