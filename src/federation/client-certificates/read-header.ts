import { IdentityFault } from '../identity-fault.ts';
import { type ReadCertificate, readCertificate } from './read-certificate.ts';

const LONGEST = 16 * 1024;
/** Exactly one certificate, with nothing before or after it. */
const PEM = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
/** RFC 9440 §2.1: a byte sequence of structured fields. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/;

/**
 * Reads the client certificate from the header by which a proxy passes it on: percent-encoded PEM (nginx), or RFC 9440.
 * @param values All values of the header; `undefined` if the request did not come from a trusted proxy.
 * @throws {IdentityFault} unless there is exactly one certificate.
 */
export function readHeader(values: readonly string[] | undefined): ReadCertificate {
  const given = values?.filter((value) => value !== '') ?? [];
  const [value] = given;
  if (value === undefined) {
    throw new IdentityFault(
      'presented',
      'No client certificate was presented. Call the address at which the proxy asks for client certificates.',
      {
        detail:
          values === undefined ? 'the request did not come from a trusted proxy' : 'the header is empty or absent',
      },
    );
  }
  // A proxy sets the header; a second value may be the client's own.
  if (given.length > 1) throw malformed(`${given.length} values in the header`);
  const der = derOf(value);
  if (der === undefined) throw malformed('neither percent-encoded PEM nor RFC 9440');
  try {
    return readCertificate(der);
  } catch (cause) {
    throw malformed('not a certificate', cause);
  }
}

function derOf(value: string): Buffer | undefined {
  if (value.length > LONGEST) return undefined;
  const [, bytes] = BYTE_SEQUENCE.exec(value) ?? [];
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  const [, body] = PEM.exec(decoded(value)) ?? [];
  return body === undefined ? undefined : Buffer.from(body, 'base64');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}

function malformed(detail: string, cause?: unknown): IdentityFault {
  return new IdentityFault('format', 'The client certificate that the proxy passed on cannot be read', {
    detail,
    cause,
  });
}
