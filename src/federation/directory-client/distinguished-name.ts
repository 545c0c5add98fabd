/** One part of a distinguished name: usually one pair of attribute and value. */
export type RelativeName = readonly (readonly [type: string, value: string])[];

/** Servers may send anything; this keeps comparing names cheap. */
const LONGEST = 4096;
const SPECIAL = /[",+;<>\\=]|^[ #]| $/g;

/** A name without escapes, special characters or needless spaces, as almost all are: only its case may differ from the one spelling. */
const PLAIN = /^[a-z][a-z\d-]*=[\w.@-]+(?: [\w.@-]+)*(?:,[a-z][a-z\d-]*=[\w.@-]+(?: [\w.@-]+)*)*$/i;

/** Escapes a value for a distinguished name (RFC 4514 §2.4). */
export function escapeDnValue(value: string): string {
  return value
    .replaceAll('\0', '\\00')
    .replace(SPECIAL, (character) => (character === '\0' ? '\\00' : `\\${character}`));
}

/**
 * One spelling for all that mean the same name: types and values in lower case, no spaces around separators, escapes only where they are
 * needed. So a rule on a name does not depend on how somebody typed it. @returns `undefined` if it is not a distinguished name (RFC 4514 §3).
 */
export function canonicalDn(text: string): string | undefined {
  if (text.length <= LONGEST && PLAIN.test(text)) return text.toLowerCase();
  return canonicalParts(text)?.join(',');
}

/** Whether a name is the base, or below it. */
export function isWithin(dn: string, base: string): boolean {
  const [name, top] = [canonicalParts(dn), canonicalParts(base)];
  if (name === undefined || top === undefined || name.length < top.length) return false;
  return name.slice(name.length - top.length).join(',') === top.join(',');
}

/** The domain of a name in Active Directory: its components at the end. The name itself if it has none. */
export function domainOf(dn: string): string {
  return /(?:^|,)\s*(dc\s*=[^,]*(?:,\s*dc\s*=[^,]*)*)$/i.exec(dn)?.[1] ?? dn;
}

function canonicalParts(text: string): readonly string[] | undefined {
  return parseDn(text)?.map((part) =>
    part
      .map(([type, value]) => `${type.toLowerCase()}=${escapeDnValue(value.toLowerCase().replace(/ +/g, ' '))}`)
      .sort()
      .join('+'),
  );
}

/** Splits at separators that are not escaped, and undoes the escapes. @returns `undefined` if it is not a distinguished name. */
export function parseDn(text: string): readonly RelativeName[] | undefined {
  if (text.length > LONGEST) return undefined;
  if (text.trim() === '') return [];
  const parts: RelativeName[] = [];
  for (const part of split(text, ',;')) {
    const pairs = split(part, '+').map((pair): readonly [string, string] | undefined => {
      const match = /^\s*([a-z][a-z\d-]*|\d+(?:\.\d+)*)\s*=\s*(.*)$/is.exec(pair);
      const value = match && readValue(match[2] ?? '');
      return match && value !== undefined && value !== null ? [match[1] ?? '', value] : undefined;
    });
    if (pairs.includes(undefined)) return undefined;
    parts.push(pairs as RelativeName);
  }
  return parts;
}

function split(text: string, separators: string): readonly string[] {
  const parts: string[] = [''];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character === '\\' ? character + (text[++index] ?? '') : character;
  }
  return parts;
}

/** Texts in BER: UTF8String, PrintableString, TeletexString, IA5String; of each, the tag, a short length, and the bytes. */
const TEXT_TAGS = new Set([0x0c, 0x13, 0x14, 0x16]);

/** A value, which may be `#` and the hexadecimal digits of its BER encoding (RFC 4514 §2.4). @returns `undefined` if it is neither. */
function readValue(written: string): string | undefined {
  if (!/^#(?:[\da-f]{2})+\s*$/i.test(written)) return unescapeValue(written);
  const ber = Buffer.from(written.slice(1).trim(), 'hex');
  const isText = TEXT_TAGS.has(ber[0] ?? 0) && ber[1] === ber.length - 2 && ber.length < 130;
  return isText ? ber.subarray(2).toString('utf8') : undefined;
}

/** Without the spaces at the end, of which one counts if it is escaped. By a loop: an expression takes the square of the length. */
function withoutEnd(escaped: string): string {
  let end = escaped.length;
  while (escaped[end - 1] === ' ' && escaped[end - 2] !== '\\') end -= 1;
  return escaped.slice(0, end);
}

/** A run of escaped bytes, which may be one character together; an escaped character; or an escape that lacks its character. */
const ESCAPE = /((?:\\[\da-f]{2})+)|\\(.)|\\$/gis;

/** @returns `undefined` if an escape is incomplete. */
function unescapeValue(escaped: string): string | undefined {
  let isComplete = true;
  const value = withoutEnd(escaped).replace(
    ESCAPE,
    (_all, bytes: string | undefined, character: string | undefined) => {
      if (bytes !== undefined) return Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8');
      isComplete &&= character !== undefined;
      return character ?? '';
    },
  );
  return isComplete ? value : undefined;
}
