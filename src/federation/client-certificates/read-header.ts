import { IdentityFault } from '../identity-fault.ts';
import { decodeHeader } from './header-formats.ts';
import { type ReadCertificate, readCertificate } from './read-certificate.ts';

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
  const der = decodeHeader('rfc9440', value) ?? decodeHeader('pem', value);
  if (der === undefined) throw malformed('neither percent-encoded PEM nor RFC 9440');
  try {
    return readCertificate(der);
  } catch (cause) {
    throw malformed('not a certificate', cause);
  }
}

function malformed(detail: string, cause?: unknown): IdentityFault {
  return new IdentityFault('format', 'The client certificate that the proxy passed on cannot be read', {
    detail,
    cause,
  });
}
