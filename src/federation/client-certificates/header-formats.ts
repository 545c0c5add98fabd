/** The ways in which proxies put a client certificate into a header. */
export const HEADER_FORMATS = ['rfc9440', 'pem', 'base64', 'xfcc'] as const;
export type HeaderFormat = (typeof HEADER_FORMATS)[number];

const LONGEST = 16 * 1024;
/** Exactly one certificate, with nothing before or after it. */
const PEM = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
/** RFC 9440 §2.1: a byte sequence of structured fields. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Each returns the certificate in DER; `undefined` if the value is not one certificate in this format. */
const DECODE: Readonly<Record<HeaderFormat, (value: string) => Buffer | undefined>> = {
  rfc9440: (value) => bytes(BYTE_SEQUENCE.exec(value)?.[1]),
  pem: (value) => bytes(PEM.exec(percentDecoded(value))?.[1]),
  base64: (value) => {
    const text = percentDecoded(value);
    return BASE64.test(text) ? bytes(text) : undefined;
  },
  xfcc: (value) => {
    const certificate = onlyCertificate(value);
    return certificate === undefined ? undefined : DECODE.pem(certificate);
  },
};

/** Reads the value of a header. @returns the certificate in DER; `undefined` if the value is not exactly one certificate in this format. */
export function decodeHeader(format: HeaderFormat, value: string): Buffer | undefined {
  return value.length > LONGEST ? undefined : DECODE[format](value);
}

function bytes(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}

/**
 * The field `Cert` of an `x-forwarded-client-cert` header (Envoy). The header has an element for each hop; with several, it cannot be told
 * which is the client's, and the client may have sent one of them itself. So there must be exactly one.
 */
function onlyCertificate(value: string): string | undefined {
  const [element, ...more] = splitOutsideQuotes(value, ',');
  if (element === undefined || more.length > 0) return undefined;
  const certificates = splitOutsideQuotes(element, ';').flatMap((field) => {
    const [, quoted, bare] = /^\s*cert=(?:"([^"\\]*)"|([^"\\]*))\s*$/i.exec(field) ?? [];
    return quoted ?? bare ?? [];
  });
  return certificates.length === 1 ? certificates[0] : undefined;
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts = [''];
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\' && isQuoted) {
      parts[parts.length - 1] += character + (text[++index] ?? '');
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
