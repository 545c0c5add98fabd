/**
 * Escapes field names for the server. Names may contain anything (such as ARNs in a map), but FerretDB refuses dots, MongoDB before
 * 5.0 leading dollars and BSON zero bytes, and the driver gives `$ref`, `$id` and `_bsontype` special meanings. In such names, the
 * offending characters are written as `%` and two hexadecimal digits.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a zero byte ends a name in BSON
const DISTURBING = /[.$%\u0000]|^_bsontype$|^__proto__$|^$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a zero byte ends a name in BSON
const ESCAPED_CHARACTERS = /[.$%\u0000]|^_(?=bsontype$|_proto__$)/g;
/** The empty name; no escape sequence looks like this. */
const EMPTY = '%';

/** A JSON value as stored. Absent (`undefined`) fields are left out. @throws {TypeError} if it is not JSON. */
export function encodeFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : encodeFields(item)));
  if (typeof value === 'object' && value !== null) return mapFields(value, encodeName, encodeFields);
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new TypeError(`a document holds a ${typeof value}, which cannot be stored`);
}

/** Reverses {@link encodeFields}. */
export function decodeFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeFields);
  if (typeof value === 'object' && value !== null) return mapFields(value, decodeName, decodeFields);
  return value;
}

function mapFields(value: object, name: (name: string) => string, map: (value: unknown) => unknown): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a document holds a ${value.constructor.name}, which cannot be stored`);
  const mapped: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const as = name(key);
    if (as === '__proto__')
      Object.defineProperty(mapped, as, { value: map(field), enumerable: true, writable: true, configurable: true });
    else mapped[as] = map(field);
  }
  return mapped;
}

function encodeName(name: string): string {
  if (!DISTURBING.test(name)) return name;
  if (name === '') return EMPTY;
  return name.replace(
    ESCAPED_CHARACTERS,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

function decodeName(name: string): string {
  if (!name.includes('%')) return name;
  if (name === EMPTY) return '';
  return name.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
