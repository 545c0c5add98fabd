import { ServiceError } from '../../kernel/service-error.ts';

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** The canonical encoding of each byte: the byte itself if unreserved (RFC 3986 §2.3), else `%XX` in upper case. */
const ENCODED_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return UNRESERVED.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

function encodeBytes(bytes: Uint8Array): string {
  let encoded = '';
  for (const byte of bytes) encoded += ENCODED_BYTE[byte];
  return encoded;
}

/** `node:http` provides bytes as latin1. Other characters can only come from callers within the process, and are encoded as UTF-8. */
function encodeChar(char: string): string {
  return char <= '\xff' ? (ENCODED_BYTE[char.charCodeAt(0)] as string) : encodeBytes(Buffer.from(char));
}

function encodeText(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = '';
  for (const char of text) encoded += encodeChar(char);
  return encoded;
}

/** Converts a name or value of a query string to its canonical encoding, byte by byte: `%7e`, `~` and `%7E` are the same. */
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

/** Splits a query string into parameters. Throws `MalformedQueryString` for a `%` that does not start an escape. */
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

/** The canonical query string: encoded, then sorted by name and value. For a presigned request, the signature is left out. */
export function canonicalQuery(rawQuery: string, isPresigned: boolean): string {
  if (rawQuery === '') return '';
  return parseCanonicalQuery(rawQuery)
    .filter(([name]) => !(isPresigned && name === 'X-Amz-Signature'))
    .sort(compareParameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/**
 * The canonical path for every service except S3: `.`, `..` and empty segments are resolved (RFC 3986 §6.2.2.3), then each segment
 * is percent-encoded again, on top of the encoding with which it was sent.
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
