/** One value of the basic encoding rules, as LDAP uses them (RFC 4511 §5.1). */
export interface BerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Empty if the value is primitive. */
  readonly children: readonly BerValue[];
}

/** Bytes that are not what LDAP allows. */
export class BerFault extends Error {
  override readonly name = 'BerFault';
}

/** More of them than we want to read. */
export class BerTooLarge extends BerFault {}

const CONSTRUCTED = 0x20;
/** Responses are at most six levels deep. */
const DEEPEST = 12;
/** A value can have two bytes and costs a hundred times as much memory, so a message's size alone is no bound. */
const MOST_VALUES = 20_000;
const NO_CHILDREN: readonly BerValue[] = [];

interface BerHeader {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The header at an offset; `undefined` if more bytes are needed to read it. @throws {BerFault} */
export function readBerHeader(bytes: Buffer, offset: number): BerHeader | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) return undefined;
  if ((tag & 0x1f) === 0x1f) throw new BerFault('a tag has several bytes');
  if (first < 0x80) return { tag, start: offset + 2, end: offset + 2 + first };
  const size = first & 0x7f;
  if (size === 0 || size > 4) throw new BerFault('a length is indefinite or has more than four bytes');
  const start = offset + 2 + size;
  if (bytes.length < start) return undefined;
  return { tag, start, end: start + bytes.readUIntBE(offset + 2, size) };
}

/**
 * Reads one value with all its parts. The reader of `ldapts` is not used for responses: lengths that contradict each other keep it in an
 * endless loop, and a directory may be hostile.
 * @param mostValues how many values the message may have, with their parts. @throws {BerFault}
 */
export function readBer(bytes: Buffer, mostValues = MOST_VALUES): BerValue {
  const values = readAll(bytes, 0, { left: mostValues, most: mostValues });
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new BerFault('not exactly one value');
  return value;
}

/** @param budget how many more values the message may have. */
function readAll(bytes: Buffer, depth: number, budget: { left: number; readonly most: number }): readonly BerValue[] {
  if (depth > DEEPEST) throw new BerFault('values are nested too deeply');
  const values: BerValue[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const header = readBerHeader(bytes, offset);
    if (header === undefined || header.end > bytes.length)
      throw new BerFault('a value is longer than what contains it');
    budget.left -= 1;
    if (budget.left < 0) throw new BerTooLarge(`a message has more than ${budget.most} values`);
    const content = bytes.subarray(header.start, header.end);
    const children = (header.tag & CONSTRUCTED) === 0 ? NO_CHILDREN : readAll(content, depth + 1, budget);
    values.push({ tag: header.tag, content, children });
    offset = header.end;
  }
  return values;
}

/** A whole number of at most four bytes, as LDAP's are. @throws {BerFault} */
export function berInteger({ content }: BerValue): number {
  if (content.length === 0 || content.length > 4) throw new BerFault('a number has no bytes, or more than four');
  return content.readIntBE(0, content.length);
}
