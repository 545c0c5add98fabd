/** An entry of a directory. Names of attributes are looked up without regard to case (RFC 4512 §2.5). */
export interface DirectoryEntry {
  readonly dn: string;
  /** The values of an attribute, as bytes; none if it is absent. */
  values(attribute: string): readonly Buffer[];
  /** The values that are text, without empty ones. */
  texts(attribute: string): readonly string[];
  /**
   * Where the list of an attribute's values goes on, if the server sent only a part of it, as Active Directory does above 1,500
   * ([MS-ADTS] §3.1.1.3.1.3.3).
   */
  nextRange(attribute: string): number | undefined;
}

const RANGE = /^range=(\d+)-(\d+|\*)$/;

interface Attribute {
  readonly values: Buffer[];
  next?: number;
}

/** @param attributes as the server named them, with options such as `member;range=0-1499`. */
export function directoryEntry(
  dn: string,
  attributes: readonly (readonly [string, readonly Buffer[]])[],
): DirectoryEntry {
  const found = new Map<string, Attribute>();
  for (const [description, values] of attributes) {
    const [type = '', ...options] = description.toLowerCase().split(';');
    const attribute = found.get(type) ?? { values: [] };
    for (const value of values) attribute.values.push(value);
    const last = options.map((option) => RANGE.exec(option)?.[2]).find((end) => end !== undefined);
    if (last !== undefined && last !== '*') attribute.next = Number(last) + 1;
    found.set(type, attribute);
  }
  const valuesOf = (name: string): readonly Buffer[] => found.get(name.toLowerCase())?.values ?? [];
  return {
    dn,
    values: valuesOf,
    texts: (name) =>
      valuesOf(name)
        .map(textOf)
        .filter((text) => text !== undefined && text !== '') as string[],
    nextRange: (name) => found.get(name.toLowerCase())?.next,
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
