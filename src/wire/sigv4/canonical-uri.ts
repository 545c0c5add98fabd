import { ServiceError } from '../../kernel/service-error.ts';

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** How each byte stands in a canonical URI: itself where unreserved (RFC 3986 §2.3), else `%XX` in upper case. */
const ENCODED_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return UNRESERVED.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

function encodeBytes(bytes: Uint8Array): string {
  let encoded = '';
  for (const byte of bytes) encoded += ENCODED_BYTE[byte];
  return encoded;
}

/** `node:http` hands bytes over as latin1; text beyond it can only come from a caller within the process and is UTF-8. */
function encodeChar(char: string): string {
  return char <= '\xff' ? (ENCODED_BYTE[char.charCodeAt(0)] as string) : encodeBytes(Buffer.from(char));
}

function encodeText(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = '';
  for (const char of text) encoded += encodeChar(char);
  return encoded;
}

/** Brings one name or value of a query string to its one encoded form, byte by byte: `%7e`, `~` and `%7E` are the same. */
function canonicalComponent(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '%') {
      const hex = text.slice(i + 1, i + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) {
        throw new ServiceError('MalformedQueryString', 'Illegal hex character in escape % pattern.');
      }
      encoded += ENCODED_BYTE[Number.parseInt(hex, 16)];
      i += 2;
    } else if (char === '+') {
      encoded += '%20';
    } else {
      encoded += encodeChar(text.slice(i, i + 1));
    }
  }
  return encoded;
}

/** One parameter of a query string, both parts in canonical encoding. */
export type CanonicalParameter = readonly [name: string, value: string];

/** Takes a query string apart; throws `MalformedQueryString` at a `%` that is no escape. */
export function parseCanonicalQuery(rawQuery: string): CanonicalParameter[] {
  const parameters: CanonicalParameter[] = [];
  for (const piece of rawQuery.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? '' : piece.slice(equals + 1);
    parameters.push([canonicalComponent(name), canonicalComponent(value)]);
  }
  return parameters;
}

function compareParameters([nameA, valueA]: CanonicalParameter, [nameB, valueB]: CanonicalParameter): number {
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  if (valueA === valueB) return 0;
  return valueA < valueB ? -1 : 1;
}

/** The canonical query string: encoded, then sorted by name and value; a presigned one leaves its signature out. */
export function canonicalQuery(rawQuery: string, isPresigned: boolean): string {
  if (rawQuery === '') return '';
  return parseCanonicalQuery(rawQuery)
    .filter(([name]) => !(isPresigned && name === 'X-Amz-Signature'))
    .sort(compareParameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/**
 * The canonical path of every service but S3: `.`, `..` and empty segments resolved (RFC 3986 §6.2.2.3), then each segment
 * of the path as sent encoded once more.
 */
export function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encodeText(segment));
  }
  if (segments.length === 0) return '/';
  return `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}
